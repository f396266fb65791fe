"""Data: the right images, or an error that says what is wrong and how to mend it; never the wrong images."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import hashlib
import os
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import torch
from torchvision import datasets

from lessons_pkg import data

# --- a small data set in MNIST's format, and a server that has it ---------------------------------------------------


def _idx(values: np.ndarray) -> bytes:
    """The file format of MNIST: a magic number, the sizes, the bytes."""
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


@functools.cache
def _files() -> dict[str, bytes]:
    draw = np.random.default_rng(0)
    return {
        f"{part}-{kind}-ubyte": _idx(draw.integers(0, high, shape, dtype=np.uint8))
        for part, count in (("train", 12), ("t10k", 12))
        for kind, high, shape in (("images-idx3", 256, (count, 28, 28)), ("labels-idx1", 10, (count,)))
    }


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _write(root, files=None):
    """The files under root, in torchvision's layout."""
    folder = root / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for file, content in (files or _files()).items():
        (folder / file).write_bytes(content)
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """data.load("mnist") means the small data set; no LESSONS_DATA; an empty cache, whose path this is."""
    small = type("MNIST", (datasets.MNIST,), {"mirrors": []})
    source = data._Source(small, tuple("0123456789"), {file: _md5(content) for file, content in _files().items()})
    monkeypatch.setitem(data._SOURCES, "mnist", source)
    monkeypatch.delenv("LESSONS_DATA", raising=False)
    monkeypatch.setattr(data, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def server(cache, monkeypatch):
    """A mirror on this machine. ``answers`` maps what it has to what it says; ``asked`` counts the requests."""
    answers = {f"/{file}.gz": gzip.compress(content) for file, content in _files().items()}
    sums = {path: _md5(content) for path, content in answers.items()}
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append(self.path)
            found = answers.get(self.path)
            self.send_response(200 if found is not None or self.path == "/" else 404)
            self.end_headers()

        def do_GET(self):
            asked.append(self.path)
            found = answers.get(self.path)
            self.send_response(404 if found is None else 200)
            promised = found[0] if isinstance(found, tuple) else len(found or b"")
            self.send_header("Content-Length", str(promised))
            self.end_headers()
            self.wfile.write((found[1] if isinstance(found, tuple) else found) or b"")

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    small = data._SOURCES["mnist"].torchvision_class
    small.mirrors = [f"http://127.0.0.1:{running.server_port}/"]
    small.resources = [(path[1:], md5) for path, md5 in sums.items()]
    monkeypatch.setenv("no_proxy", "*")
    running.answers, running.asked = answers, asked
    yield running
    running.shutdown()
    running.server_close()


def _left_behind(cache):
    return sorted(path.name for path in cache.rglob("*")) if cache.exists() else []


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("minst", "mnist"), ("MNIST", "mnist"), ("fashion_mnist", "fashion-mnist"), ("digit", "digits")],
)
def test_an_unknown_name_suggests_the_nearest(typed, meant):
    with pytest.raises(ValueError, match=f"did you mean '{meant}'"):
        data.load(typed)


@pytest.mark.parametrize("name", ["zzzzzz", None, 7, ["zzzzzz"]])
def test_a_name_like_no_other_lists_those_there_are(name):
    with pytest.raises(ValueError, match=r"is called .*\. There are: mnist, fashion-mnist, digits"):
        data.load(name)


@pytest.mark.parametrize("name", ["mnist", "digits"])
def test_an_unknown_fallback_is_refused(name):
    with pytest.raises(ValueError, match="fallback is None or 'digits', not 'nothing'"):
        data.load(name, fallback="nothing")


# --- the embedded digits --------------------------------------------------------------------------------------------


def test_digits_are_1797_images_of_28_by_28_in_the_unit_interval(digits):
    train, test = digits
    assert (len(train), len(test)) == (1500, 297)
    for part in digits:
        assert part.images.shape[1:] == (1, 28, 28)
        assert part.images.dtype == torch.float32
        assert (part.images.min(), part.images.max()) == (0, 1)
        assert part.labels.dtype == torch.int64
        assert set(part.labels.tolist()) == set(range(10))
        assert part.name == "digits"


def test_digits_are_scikit_learns_each_once(digits):
    from sklearn.datasets import load_digits

    # Every third pixel inside the border is one of the 64.
    ours = torch.cat([part.images for part in digits])[:, 0, 3:26:3, 3:26:3].mul(16).flatten(1)
    labelled = torch.cat([ours, torch.cat([part.labels for part in digits])[:, None]], 1)
    theirs = load_digits()
    expected = np.concatenate([theirs.data, theirs.target[:, None]], 1)
    assert sorted(map(tuple, labelled.tolist())) == sorted(map(tuple, expected.tolist()))


def test_digits_are_the_same_every_time_and_touch_no_random_state(digits, rng_untouched):
    for first, second in zip(digits, data.load("digits"), strict=True):
        assert torch.equal(first.images, second.images)
        assert torch.equal(first.labels, second.labels)


def test_digits_have_rank_61(digits):
    train = digits[0].images.flatten(1).double()
    assert torch.linalg.matrix_rank(train - train.mean(0)) == 61


# --- subsets --------------------------------------------------------------------------------------------------------


def test_slices_masks_and_indices_give_image_sets(digits):
    train, _ = digits
    for which, count in ((slice(5), 5), (train.labels == 3, int((train.labels == 3).sum())), (torch.tensor([4, 4]), 2)):
        part = train[which]
        assert isinstance(part, data.ImageSet)
        assert len(part) == len(part.labels) == count
        assert torch.equal(part.images, train.images[which])
        assert (part.name, part.class_names) == (train.name, train.class_names)


@pytest.mark.parametrize("index", [0, -1, np.int64(3), torch.tensor(3)])
def test_a_single_index_is_refused_with_the_way_to_get_an_image(digits, index):
    with pytest.raises(TypeError, match=r"for one image use \.images\["):
        digits[0][index]


def test_take_draws_without_replacement_and_always_the_same(digits, rng_untouched):
    marked = dataclasses.replace(digits[0], labels=torch.arange(1500))
    once, again, other = marked.take(700, seed=1), marked.take(700, seed=1), marked.take(700, seed=2)
    assert torch.equal(once.labels, again.labels)
    assert not torch.equal(once.labels, other.labels)
    assert len(set(once.labels.tolist())) == 700
    assert torch.equal(once.images, marked.images[once.labels])
    assert sorted(marked.take(1500).labels.tolist()) == list(range(1500))


@pytest.mark.parametrize("n", [0, -1, 1501])
def test_take_refuses_more_than_there_are_and_less_than_one(digits, n):
    with pytest.raises(ValueError, match=f"cannot take {n} of the 1500"):
        digits[0].take(n)


def test_of_class_takes_a_number_or_a_name(digits):
    named = dataclasses.replace(digits[0], class_names=tuple("abcdefghij"))
    by_number, by_name = named.of_class(3), named.of_class("d")
    assert torch.equal(by_number.images, by_name.images)
    assert set(by_number.labels.tolist()) == {3}
    assert len(by_number) == int((named.labels == 3).sum())


@pytest.mark.parametrize(("label", "said"), [("eleven", "classes are 0, 1"), (10, "0 to 9, not 10"), (-1, "not -1")])
def test_of_class_refuses_a_class_that_is_not_there(digits, label, said):
    with pytest.raises(ValueError, match=said):
        digits[0].of_class(label)


def test_padding_puts_the_image_in_the_middle_of_black(digits):
    small = digits[0][:3]
    padded = small.padded(32)
    assert padded.images.shape == (3, 1, 32, 32)
    assert torch.equal(padded.images[..., 2:30, 2:30], small.images)
    assert padded.images.sum() == small.images.sum()
    assert small.padded(29).images.shape == (3, 1, 29, 29)  # an odd border is wider on one side
    with pytest.raises(ValueError, match="padding cannot shrink"):
        small.padded(27)


def test_a_set_of_bytes_gives_floats_and_keeps_bytes_in_every_part():
    bytes_ = torch.arange(256, dtype=torch.uint8).reshape(4, 1, 8, 8)
    kept = data.ImageSet(bytes_, torch.tensor([0, 1, 0, 1]), ("a", "b"), "x")
    assert torch.equal(kept.images, bytes_.float() / 255)
    assert kept.images is kept.images, "made anew each time"
    parts = {"[1:]": kept[1:], "take": kept.take(2), "of_class": kept.of_class("b"), "padded": kept.padded(10)}
    for name, part in parts.items():
        assert part.pixels.dtype == torch.uint8, name
        assert part.images.dtype == torch.float32, name
        assert torch.equal(part.images, part.pixels.float() / 255), name
    assert torch.equal(kept.of_class(1).images, kept.images[[1, 3]])


def test_an_empty_subset_stays_an_image_set(digits):
    empty = digits[0][:0]
    assert len(empty) == 0
    assert empty.padded().images.shape == (0, 1, 32, 32)
    with pytest.raises(ValueError, match="cannot take 1 of the 0"):
        empty.take(1)


# --- files that are there -------------------------------------------------------------------------------------------


def _assert_small(loaded):
    for part, name in zip(loaded, ("train", "t10k"), strict=True):
        expected = np.frombuffer(_files()[f"{name}-images-idx3-ubyte"], np.uint8, offset=16).reshape(12, 1, 28, 28)
        assert torch.equal(part.images, torch.from_numpy(expected.copy()).float() / 255)
        assert part.labels.tolist() == list(_files()[f"{name}-labels-idx1-ubyte"][8:])
        assert part.images.dtype == torch.float32
        assert part.labels.dtype == torch.int64
        assert part.name == "mnist"


@pytest.mark.parametrize("written", ["{}", "{}/", "~/files", "~/files/"])
def test_lessons_data_may_have_a_tilde_and_a_trailing_slash(cache, tmp_path, monkeypatch, written):
    _write(tmp_path / "files")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LESSONS_DATA", written.format(tmp_path / "files"))
    _assert_small(data.load("mnist"))
    assert not cache.exists()


def test_the_cache_is_used_where_lessons_data_has_nothing(cache, tmp_path, monkeypatch):
    _write(cache)
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path / "nowhere"))
    _assert_small(data.load("mnist"))


def test_data_are_found_from_any_folder(cache, tmp_path, monkeypatch):
    _write(cache)
    monkeypatch.chdir(tmp_path)
    _assert_small(data.load("mnist"))


def test_what_was_verified_is_what_is_loaded(cache):
    """An old processed/ folder, which torchvision's own class would prefer unseen, is not looked at."""
    processed = _write(cache).parent / "processed"
    processed.mkdir()
    for file in ("training.pt", "test.pt"):
        torch.save((torch.zeros(3, 28, 28, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64)), processed / file)
    _assert_small(data.load("mnist"))


_DAMAGE = {
    "truncated": ("t10k-images-idx3-ubyte", lambda files: files["t10k-images-idx3-ubyte"][:-100]),
    "one bit": ("train-images-idx3-ubyte", lambda files: files["train-images-idx3-ubyte"][:-1] + b"\x00"),
    "swapped": ("t10k-labels-idx1-ubyte", lambda files: files["train-labels-idx1-ubyte"]),
    "empty": ("train-labels-idx1-ubyte", lambda files: b""),
}


@pytest.mark.parametrize("fallback", [None, "digits"])
@pytest.mark.parametrize("place", ["LESSONS_DATA", "cache"])
@pytest.mark.parametrize("damage", _DAMAGE)
def test_a_damaged_file_is_named_with_both_checksums_and_the_remedy(
    cache, tmp_path, monkeypatch, damage, place, fallback
):
    file, broken = _DAMAGE[damage][0], _DAMAGE[damage][1](_files())
    root = cache if place == "cache" else tmp_path / "files"
    folder = _write(root, _files() | {file: broken})
    if place == "LESSONS_DATA":
        monkeypatch.setenv("LESSONS_DATA", str(root))
    with pytest.raises(data.DataCorrupted) as caught:
        data.load("mnist", fallback=fallback)
    for part in (str(folder / file), _md5(_files()[file]), _md5(broken), f"{len(broken):,} bytes", "delete this file"):
        assert part in str(caught.value)


# --- files that are not there ---------------------------------------------------------------------------------------


def test_missing_files_say_what_was_tried_and_how_to_mend_it(cache, tmp_path, monkeypatch):
    root = tmp_path / "files"
    (_write(root) / "t10k-labels-idx1-ubyte").unlink()
    monkeypatch.setenv("LESSONS_DATA", str(root))
    with pytest.raises(data.DataUnavailable) as caught:
        data.load("mnist")
    for part in (
        f"LESSONS_DATA={root}: no MNIST/raw/t10k-labels-idx1-ubyte",
        f"the cache {cache}: no",
        "download: no server answered",
        "connect to the network",
        "set LESSONS_DATA=<folder>",
        "data.load('digits')",
        *_files(),
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("folder", ["nowhere", "~nobody-of-this-name/data"])
def test_a_lessons_data_that_does_not_exist_is_said_to_be_so(cache, monkeypatch, folder):
    monkeypatch.setenv("LESSONS_DATA", folder)
    with pytest.raises(data.DataUnavailable, match=f"LESSONS_DATA={folder}: no such folder"):
        data.load("mnist")


def test_the_fallback_prints_exactly_one_line_and_gives_the_digits(cache, digits, capfd):
    train, test = data.load("mnist", fallback="digits")
    printed = capfd.readouterr()
    assert printed.out == (
        "No mnist on this machine and no way to download it: "
        "going on with scikit-learn's 1,797 embedded digits. Numbers will differ from the page.\n"
    )
    assert printed.err == ""
    assert torch.equal(train.images, digits[0].images)
    assert (train.name, test.name) == ("digits", "digits")


def test_the_fallback_says_so_if_lessons_data_names_the_wrong_folder(cache, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LESSONS_DATA", str(tmp_path / "nowhere"))
    data.load("mnist", fallback="digits")
    printed = capsys.readouterr().out
    assert "LESSONS_DATA is set, but not to a folder that holds it" in printed
    assert printed.count("\n") == 1
    assert str(tmp_path) not in printed, "a path has no place in a notebook's output"


def test_data_that_are_there_need_no_fallback_and_print_nothing(cache, capfd):
    _write(cache)
    _assert_small(data.load("mnist", fallback="digits"))
    assert capfd.readouterr() == ("", "")


# --- downloads ------------------------------------------------------------------------------------------------------


def test_a_download_ends_in_the_cache_and_is_not_repeated(cache, server):
    _assert_small(data.load("mnist"))
    assert _left_behind(cache) == sorted(["MNIST", "raw", *_files()])
    asked = len(server.asked)
    assert asked >= 5  # one probe, four files: the server really was the source
    _assert_small(data.load("mnist"))
    assert len(server.asked) == asked


def test_a_missing_file_is_fetched_anew(cache, server):
    (_write(cache) / "train-labels-idx1-ubyte").unlink()
    _assert_small(data.load("mnist"))


def _second_is_missing(answers):
    del answers["/train-labels-idx1-ubyte.gz"]


def _breaks_off(answers):
    whole = answers["/train-images-idx3-ubyte.gz"]
    answers["/train-images-idx3-ubyte.gz"] = (len(whole), whole[:100])


def _sign_in_page(answers):
    answers.update(dict.fromkeys(answers, b"<html>Please sign in</html>"))


@pytest.mark.parametrize("trouble", [_second_is_missing, _breaks_off, _sign_in_page])
def test_a_download_that_fails_leaves_nothing_and_says_so(cache, server, trouble):
    trouble(server.answers)
    with pytest.raises(data.DataUnavailable, match="tried download: "):
        data.load("mnist")
    assert _left_behind(cache) == []
    assert not data._verified(cache, data._SOURCES["mnist"])


@pytest.mark.parametrize("error", [OSError("the line went dead"), EOFError(), KeyboardInterrupt(), None])
def test_a_half_finished_download_never_passes_for_data(cache, monkeypatch, error):
    """torchvision stops midway, or returns as if all were well, with two good files and half of a third."""

    def half(self):
        for number, (file, content) in enumerate(_files().items()):
            path = os.path.join(self.raw_folder, file)
            os.makedirs(self.raw_folder, exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(content if number < 2 else content[: len(content) // 2])
            if number == 2 and error is not None:
                raise error

    monkeypatch.setattr(data, "_probe", lambda *_: None)
    monkeypatch.setattr(data._SOURCES["mnist"].torchvision_class, "download", half)
    # torchvision may stumble over the half files while it reads them; that is an incomplete download too.
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else data.DataUnavailable):
        data.load("mnist")
    assert _left_behind(cache) == []


def test_a_cache_that_cannot_be_written_is_named(cache):
    cache.write_text("a file stands where the folder should be")
    with pytest.raises(data.DataUnavailable, match=f"the cache folder {cache} cannot be written") as caught:
        data.load("mnist")
    assert "set LESSONS_DATA to a folder that holds the data" in str(caught.value)


def test_a_cache_on_a_read_only_disk_is_named(cache, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(data.tempfile, "mkdtemp", refuse)
    with pytest.raises(data.DataUnavailable, match=r"cannot be written \(Permission denied\)"):
        data.load("mnist")


def test_a_network_that_never_answers_is_given_up_in_time(cache, monkeypatch):
    """Two silent mirrors cost one waiting time, not two."""
    assert data._PROBE_SECONDS <= 6
    hang = threading.Event()
    monkeypatch.setattr(urllib.request, "urlopen", lambda *args, **kwargs: hang.wait(30))
    monkeypatch.setattr(data, "_PROBE_SECONDS", 1)
    data._SOURCES["mnist"].torchvision_class.mirrors = ["http://one.invalid/", "http://two.invalid/"]
    start = time.monotonic()
    with pytest.raises(data.DataUnavailable, match=r"no server answered: waited 1 s"):
        data.load("mnist")
    elapsed = time.monotonic() - start
    hang.set()
    assert elapsed < 1.9


def test_one_mirror_that_answers_is_enough_and_a_silent_one_is_not_waited_for(monkeypatch):
    hang = threading.Event()

    class Answer:
        def close(self):
            pass

    def urlopen(request, timeout):
        if "silent" in request.full_url:
            hang.wait(30)
        if "broken" in request.full_url:
            raise ValueError("not even an OSError")
        return Answer()

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    start = time.monotonic()
    data._probe(["http://silent/", "http://broken/", "http://there/"], 20)
    hang.set()
    assert time.monotonic() - start < 10
    with pytest.raises(ConnectionError, match="not even an OSError"):
        data._probe(["http://broken/"], 20)


# --- the real thing -------------------------------------------------------------------------------------------------


def test_mnist_is_mnist(mnist):
    train, test = mnist
    assert train.images.shape == (60000, 1, 28, 28)
    assert test.images.shape == (10000, 1, 28, 28)
    assert train.class_names == tuple("0123456789")
    assert train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    for part in mnist:
        assert part.images.dtype == torch.float32
        assert (part.images.min(), part.images.max()) == (0, 1)
        assert set(part.labels.tolist()) == set(range(10))
    assert train.images.mean().item() == pytest.approx(0.1307, abs=5e-5)  # the figure that everyone normalises with


def test_fashion_mnist_is_fashion_mnist(fashion):
    train, test = fashion
    assert (len(train), len(test)) == (60000, 10000)
    assert train.class_names == tuple(name.strip() for name in datasets.FashionMNIST.classes)
    assert train.labels[:5].tolist() == [9, 0, 0, 3, 0]
    assert train.images.mean().item() == pytest.approx(0.2860, abs=5e-5)


@pytest.mark.skipif(sys.platform != "linux", reason="a process's peak memory is read from Linux's /proc")
def test_loading_mnist_takes_hardly_more_memory_than_its_bytes(mnist):
    # Not resource.getrusage: its peak would be that of this process, which a child inherits.
    lines = (
        "import re",
        "from lessons_pkg import data",
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1])",
        "before = peak()",
        "kept = data.load('mnist')",
        "print(peak() - before)",
    )
    answer = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    megabytes = int(answer.stdout) * 1024 / 1e6
    assert 50 < megabytes < 90  # the images alone are 55
