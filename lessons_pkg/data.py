"""Images to learn from: MNIST, Fashion-MNIST, and small embedded digits for a machine with neither.

    train, test = data.load("mnist")          # or "fashion-mnist", "digits"

Where the files are looked for: the folder named by ``LESSONS_DATA``, then the user's cache folder; if neither
has them, torchvision downloads them into the cache. Whatever is found is compared with its md5 checksum
before it is used.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import shutil
import socket
import struct
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue

import platformdirs
import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision import datasets
from torchvision.datasets import mnist

__all__ = ["DataCorrupted", "DataUnavailable", "ImageSet", "as_floats", "digits", "load"]


class DataUnavailable(RuntimeError):
    """No usable files and no way to fetch them. The message says what was tried and how to mend it."""


class DataCorrupted(RuntimeError):
    """A file is there, but it is not the file it should be."""


def as_floats(pixels: Tensor) -> Tensor:
    """Bytes as float32 in [0, 1], divided by 255; what is not bytes as it is."""
    return pixels / 255 if pixels.dtype == torch.uint8 else pixels


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images with their labels.

    pixels: (N, 1, H, W) as they are kept: bytes, or float32 in [0, 1]; labels: (N,) int64; class_names: one name per
    label. ``images``: the pixels as float32 in [0, 1]. Who needs only a part at a time takes it from ``pixels`` with
    ``as_floats``, as ``fit`` does: bytes are a quarter of the memory.
    """

    pixels: Tensor
    labels: Tensor
    class_names: tuple[str, ...]
    name: str

    @cached_property
    def images(self) -> Tensor:
        """(N, 1, H, W) float32 in [0, 1]. Made of bytes when it is first asked for, then kept."""
        return as_floats(self.pixels)

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, which: slice | Tensor) -> ImageSet:
        """``train[:5000]``, ``train[mask]`` or ``train[indices]``: always an ImageSet, never a bare image."""
        labels = self.labels[which]
        if labels.ndim != 1:
            raise TypeError(f"an ImageSet takes a slice or a tensor of indices; for one image use .images[{which}]")
        return ImageSet(self.pixels[which], labels, self.class_names, self.name)

    def take(self, n: int, seed: int = 0) -> ImageSet:
        """n images drawn without replacement; the same n and seed always give the same images."""
        if not 0 < n <= len(self):
            raise ValueError(f"cannot take {n} of the {len(self)} images of {self.name!r}: ask for 1 to {len(self)}")
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(seed))
        return self[order[:n]]

    def of_class(self, label: int | str) -> ImageSet:
        """The images of one class, given by its number or its name."""
        if isinstance(label, str):
            if label not in self.class_names:
                raise ValueError(f"{self.name!r} has no class {label!r}; its classes are {', '.join(self.class_names)}")
            label = self.class_names.index(label)
        if not 0 <= label < len(self.class_names):
            raise ValueError(f"{self.name!r} has the classes 0 to {len(self.class_names) - 1}, not {label}")
        return self[self.labels == label]

    def padded(self, size: int = 32) -> ImageSet:
        """The same images with a black border, size x size pixels."""
        height, width = self.pixels.shape[-2:]
        if size < max(height, width):
            raise ValueError(f"padding cannot shrink: the images are {height}x{width}, size={size}")
        top, left = (size - height) // 2, (size - width) // 2
        pixels = F.pad(self.pixels, (left, size - width - left, top, size - height - top))
        return ImageSet(pixels, self.labels, self.class_names, self.name)


@dataclass(frozen=True)
class _Source:
    """What the rest of this module must know about a data set that lies in files."""

    torchvision_class: type[datasets.MNIST]
    class_names: tuple[str, ...]
    md5: dict[str, str]  # raw file name -> md5 of its (uncompressed) content

    @property
    def folder(self) -> str:
        return self.torchvision_class.__name__


_SOURCES = {
    "mnist": _Source(
        datasets.MNIST,
        tuple("0123456789"),
        {
            "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
            "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
            "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
            "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
        },
    ),
    "fashion-mnist": _Source(
        datasets.FashionMNIST,
        (
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        {
            "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
            "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
            "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
        },
    ),
}


def class_names(name: str) -> tuple[str, ...]:
    """What the labels of a data set mean, without loading it. Raises ValueError for a name that is not known."""
    if name not in _SOURCES:
        raise ValueError(f"no data set {name!r} in files here; there are {', '.join(_SOURCES)}")
    return _SOURCES[name].class_names


NAMES = (*_SOURCES, "digits")

# No attempt to reach the network may look like a hang: so long for any answer, and for each silence after it.
_PROBE_SECONDS = 5
_SOCKET_SECONDS = 10


def load(name: str, *, fallback: str | None = None) -> tuple[ImageSet, ImageSet]:
    """The training and the test images of a data set.

    name: "mnist" (60,000 + 10,000 images), "fashion-mnist" (the same sizes) or "digits" (1,500 + 297, embedded).
    fallback: "digits" to go on with the embedded digits, and one printed line, where the files cannot be had.

    Raises ValueError for an unknown name, DataUnavailable where there are neither files nor a network (and no
    fallback), DataCorrupted for a file that fails its checksum (with or without a fallback: a damaged file is
    something to mend, not to hide).
    """
    if name not in NAMES:
        near = difflib.get_close_matches(str(name).lower().replace("_", "-"), NAMES, n=1, cutoff=0.4)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise ValueError(f"no data set is called {name!r}{hint} There are: {', '.join(NAMES)}.")
    if fallback not in (None, "digits"):
        raise ValueError(f"fallback is None or 'digits', not {fallback!r}")
    if name == "digits":
        return digits()
    source = _SOURCES[name]
    try:
        root = _find_or_download(source)
    except DataUnavailable:
        if fallback is None:
            raise
        wrong_folder = " (LESSONS_DATA is set, but not to a folder that holds it)" if _named_folder() else ""
        print(
            f"No {name} on this machine{wrong_folder} and no way to download it: "
            "going on with scikit-learn's 1,797 embedded digits. Numbers will differ from the page."
        )
        return digits()
    raw = _raw(root, source)
    # Read the verified files themselves: torchvision's class would prefer an old processed/ folder beside them.
    return tuple(
        ImageSet(
            pixels=_read_images(raw / f"{part}-images-idx3-ubyte"),
            labels=mnist.read_label_file(raw / f"{part}-labels-idx1-ubyte"),
            class_names=source.class_names,
            name=name,
        )
        for part in ("train", "t10k")
    )


def _read_images(path: Path) -> Tensor:
    """The images of a verified file of MNIST's format, (N, 1, H, W) bytes. torchvision's reader holds them twice."""
    with path.open("rb") as file:
        _, count, height, width = struct.unpack(">4I", file.read(16))
        pixels = torch.empty(count, 1, height, width, dtype=torch.uint8)
        file.readinto(pixels.numpy())
    return pixels


def digits() -> tuple[ImageSet, ImageSet]:
    """scikit-learn's 1,797 handwritten digits as 28x28 images: needs no file and no network.

    Each 8x8 image is enlarged three times (each pixel becomes a 3x3 block) and gets a border of two pixels.
    1,500 are for training and 297 for testing, by one fixed permutation.
    """
    from sklearn.datasets import load_digits  # 0.3 s, and only needed here

    raw = load_digits()
    small = torch.from_numpy(raw.images).float().div_(16)
    images = F.pad(F.interpolate(small.unsqueeze(1), scale_factor=3, mode="nearest"), (2, 2, 2, 2))
    labels = torch.from_numpy(raw.target).long()
    whole = ImageSet(images, labels, tuple("0123456789"), "digits")
    shuffled = whole.take(len(whole), seed=0)
    return shuffled[:1500], shuffled[1500:]


def cache_folder() -> Path:
    """Where downloaded data sets are kept: one folder per user, as the operating system has it."""
    return platformdirs.user_cache_path("lessons_pkg")


def _named_folder() -> str | None:
    return os.environ.get("LESSONS_DATA") or None


def _find_or_download(source: _Source) -> Path:
    """The root folder, in torchvision's layout, that holds this data set's four verified files."""
    tried = []
    named = _named_folder()
    if named:
        root = Path(os.path.expanduser(named))  # unlike Path.expanduser, leaves a ~name that nobody has alone
        if _verified(root, source):
            return root
        tried.append(f"LESSONS_DATA={named}: {_missing(root, source)}")
    else:
        tried.append("LESSONS_DATA: not set")
    cache = cache_folder()
    if _verified(cache, source):
        return cache
    tried.append(f"the cache {cache}: {_missing(cache, source)}")
    try:
        _download(source, cache)
    except (OSError, RuntimeError) as error:
        tried.append(f"download: {error}")
        raise DataUnavailable(
            f"{source.folder} is not on this machine and could not be downloaded.\n"
            + "".join(f"  tried {line}\n" for line in tried)
            + "To mend it: connect to the network and run this again; or copy the four raw files into\n"
            + f"  <folder>/{source.folder}/raw/ ({', '.join(source.md5)})\n"
            + "and set LESSONS_DATA=<folder>; or work with the embedded digits: data.load('digits')."
        ) from error
    return cache


def _raw(root: Path, source: _Source) -> Path:
    return root / source.folder / "raw"


def _missing(root: Path, source: _Source) -> str:
    if not os.path.isdir(root):
        return "no such folder"
    absent = [file for file in source.md5 if not _is_file(root, source, file)]
    return f"no {source.folder}/raw/{absent[0]}" if absent else "complete by now"


def _is_file(root: Path, source: _Source, file: str) -> bool:
    return os.path.isfile(_raw(root, source) / file)  # False, not an error, in a folder that may not be entered


def _verified(root: Path, source: _Source) -> bool:
    """True if all four files are there and intact, False if one is missing; DataCorrupted if one is not itself."""
    if not all(_is_file(root, source, file) for file in source.md5):
        return False
    for file in source.md5:
        path = _raw(root, source) / file
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "md5").hexdigest()
        if found != source.md5[file]:
            raise DataCorrupted(
                f"{path} is damaged, or is not {source.folder}'s file of that name.\n"
                f"  md5 expected {source.md5[file]}\n  md5 found    {found} ({path.stat().st_size:,} bytes)\n"
                "To mend it: delete this file and load again (a missing file is fetched anew), "
                "or copy an intact one over it."
            )
    return True


def _download(source: _Source, cache: Path) -> None:
    """Let torchvision fetch the files into a scratch folder; move them into the cache once they are verified.

    So a download that breaks off leaves nothing behind that could be taken for data.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".download-", dir=cache))
    except OSError as error:
        raise DataUnavailable(
            f"the cache folder {cache} cannot be written ({error.strerror}). "
            "Make it writable, or set LESSONS_DATA to a folder that holds the data."
        ) from error
    try:
        _probe(source.torchvision_class.mirrors, _PROBE_SECONDS)
        with _socket_timeout(_SOCKET_SECONDS):
            source.torchvision_class(scratch, train=True, download=True)
        if not _verified(scratch, source):
            raise ConnectionError("torchvision's download was incomplete")
        _raw(cache, source).mkdir(parents=True, exist_ok=True)
        for file in source.md5:
            (_raw(scratch, source) / file).replace(_raw(cache, source) / file)
    except DataCorrupted as error:
        raise ConnectionError("what came is not the file it should be; a sign-in page of the network?") from error
    except (EOFError, HTTPException, zlib.error) as error:  # a connection that broke off, seen while unpacking
        raise ConnectionError(f"the download broke off ({type(error).__name__})") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _probe(mirrors: list[str], seconds: float) -> None:
    """Raise ConnectionError unless one of the mirrors answers within so many seconds, all of them together.

    In threads of their own, because looking up a host name can hang and takes no timeout.
    """
    outcomes: SimpleQueue[str | None] = SimpleQueue()  # None for an answer, else what went wrong

    def ask(mirror: str) -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(mirror, method="HEAD"), timeout=seconds).close()
        except urllib.error.HTTPError:
            pass  # it refused this address, but it is there
        except Exception as error:  # whatever it is, this mirror is of no use
            outcomes.put(f"{mirror} ({error})")
            return
        outcomes.put(None)

    for mirror in mirrors:
        threading.Thread(target=ask, args=(mirror,), daemon=True).start()
    end, failures = time.monotonic() + seconds, []
    for _ in mirrors:
        try:
            failure = outcomes.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            failures.append(f"waited {seconds:g} s")
            break
        if failure is None:
            return
        failures.append(failure)
    raise ConnectionError("no server answered: " + "; ".join(failures))


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
