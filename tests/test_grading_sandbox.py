"""The sandbox itself: what a submission finds in there, what it cannot do, and how it is ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bank_attacks import HOSTILE
from canary import Canary, keys

from lessons_pkg.grading import plain
from lessons_pkg.grading.sandbox import NoSandbox, bwrap
from lessons_pkg.grading.sandbox.stage import stage
from lessons_pkg.grading.sandbox.worker import Limits, Worker, _read

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture(scope="module")
def course() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is for nobody else to see
        stage(Path(folder))
        yield Path(folder)


@pytest.fixture(scope="module")
def worker(course: Path) -> Iterator[Worker]:
    made = Worker(course / "bare", number=900, limits=Limits(seconds=10, memory=1200, output=2))
    yield made
    made.close()


def lines_of(worker: Worker, *sources: str) -> list[dict[str, Any]]:
    cells = [{"cell": str(i), "source": source} for i, source in enumerate(sources)]
    return list(worker.run({"steps": cells, "skip": [], "probes": {}}))


def said(worker: Worker, expression: str, before: str = "") -> str:
    """What an expression gives in there, as its repr."""
    source = f"{before}\nraise ValueError(repr({expression}))"
    errors = [line["error"] for line in lines_of(worker, source) if "error" in line]
    assert len(errors) == 1, errors
    return errors[0].removeprefix("ValueError: ")


def test_nothing_of_this_machine_is_in_there_but_python_and_the_package(worker: Worker) -> None:
    ways = [source for source, _ in bwrap._seen()]  # Python itself may lie in somebody's home
    for top in ("etc", "home", "var", "root"):
        there = eval(said(worker, f"os.path.isdir('/{top}') and os.listdir('/{top}')", "import os")) or []
        assert set(there) <= {way.parts[2] for way in ways if way.parts[1] == top}
    for path in (ROOT / "solutions", ROOT / "tests", ROOT / ".git", ROOT / "Makefile", "/etc/shadow"):
        assert said(worker, f"os.path.exists({str(path)!r})", "import os") == "False", path
    assert "'solutions'" not in said(worker, "os.listdir('/course')", "import os")
    assert "'oracles'" not in said(worker, "os.listdir('/course/lessons_pkg/grading')", "import os")


def test_the_environment_is_ours_alone(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "1")
    found = said(worker, "sorted(os.environ)", "import os")
    assert "SECRET" not in found
    named_by_libraries = ("PWD", "LC_CTYPE", "TERM", "KMP_", "TORCH", "PYTORCH")
    assert {name for name in eval(found) if not name.startswith(named_by_libraries)} <= set(bwrap.environment())


def test_there_are_no_rights_and_no_way_to_them(worker: Worker) -> None:
    status = said(worker, "open('/proc/self/status').read()")
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert f"{name}:\\t0000000000000000" in status
    assert "NoNewPrivs:\\t1" in status
    libc = "import ctypes\nlibc = ctypes.CDLL(None)"
    for flag in (0x10000000, 0x00020000, 0x20000000):  # user, mount and process namespaces
        assert said(worker, f"libc.unshare({flag})", libc) == "-1"
    assert said(worker, "libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)", libc) == "-1"
    assert said(worker, "libc.umount2(b'/tmp', 2)", libc) == "-1"
    assert said(worker, "libc.umount2(b'/proc', 2)", libc) == "-1"


@pytest.mark.parametrize("place", ["/", "/dev", "/course/lessons_pkg", "/usr", "/proc/sys/user"])
def test_only_tmp_can_be_written(worker: Worker, place: str) -> None:
    error = lines_of(worker, f"open('{place}/x', 'w')")[1]["error"]
    assert error.startswith(("OSError", "PermissionError", "FileNotFoundError")), error
    assert "error" not in lines_of(worker, "open('/tmp/x', 'w').write('x')")[1]


def test_two_submissions_share_no_folder_and_no_process(worker: Worker) -> None:
    lines_of(worker, "for place in ('/tmp/left', '/dev/shm/left'): open(place, 'w').write('x')")
    assert said(worker, "[os.path.exists(p) for p in ('/tmp/left', '/dev/shm/left')]", "import os") == "[False, False]"
    orphan = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
    lines_of(worker, f"import os, time\n{orphan}")
    assert said(worker, "[p for p in os.listdir('/proc') if p.isdigit()]", "import os") == "['1']"


def test_there_is_no_network(worker: Worker) -> None:
    found = said(worker, "socket.if_nameindex()", "import socket")
    assert found == "[(1, 'lo')]"
    error = lines_of(worker, "import socket\nsocket.create_connection(('1.1.1.1', 53), timeout=2)")[1]["error"]
    assert "unreachable" in error


def test_only_the_way_back_is_open(worker: Worker) -> None:
    probe = (
        "import os\ndef kind(fd):\n    try: return os.readlink(f'/proc/self/fd/{fd}')\n    except OSError: return ''"
    )
    found = eval(said(worker, "sorted(kind(fd) for fd in range(256) if kind(fd))", probe))
    assert found.count("/dev/null") == 3
    assert [
        one for one in found if not one.startswith(("/dev/null", "pipe:", "anon_inode", "/tmp/", "/dev/urandom"))
    ] == []
    assert sum(one.startswith("pipe:") for one in found) == 1


@pytest.mark.parametrize(
    ("seconds", "source", "why"),
    [
        (
            3,
            "import signal, time\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\ntime.sleep(600)",
            "longer than 3 s: is there a loop that does not end?",
        ),
        (3, "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", ""),
        (
            20,
            "import os\nfor _ in range(6):\n    if os.fork() == 0:\n        much = b'x' * 900_000_000\n"
            "        import time; time.sleep(60)\nimport time; time.sleep(19)",
            "memory",
        ),
        (
            20,
            "import ctypes, os, time\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\nfor _ in range(4):\n"
            "    if os.fork() == 0:\n        much = b'x' * 900_000_000\n        time.sleep(60)\ntime.sleep(19)",
            "memory",
        ),
        (
            20,
            "import os, socket, time\nfor _ in range(60):\n    if os.fork() == 0:\n"
            "        kept = [socket.socketpair() for _ in range(110)]\n        time.sleep(60)\ntime.sleep(19)",
            "memory",
        ),
        (
            3,
            "import os\nfor fd in range(3, 256):\n    try:\n        while True: os.write(fd, b'x' * 65536)\n"
            "    except OSError: pass",
            "2 MB",
        ),
    ],
    ids=["deaf", "fork-bomb", "memory-of-many", "memory-of-the-hidden", "memory-of-sockets", "flood"],
)
def test_what_does_not_end_is_ended_and_the_next_one_finds_nothing_of_it(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, seconds: float, source: str, why: str
) -> None:
    # Where much memory is taken, the time must not be up before it is: a busy machine gives memory slowly.
    monkeypatch.setattr(worker, "limits", replace(worker.limits, seconds=seconds))
    lines_of(worker, "x = 1")  # the sandbox has started before the clock does
    start = time.monotonic()
    last = lines_of(worker, source)[-1]
    assert time.monotonic() - start < 2 * seconds + 34  # what a worker waits for a step, and some for a busy machine
    assert why in last.get("killed", ""), last
    assert lines_of(worker, "x = 1")[-1]["end"] is True


def test_a_submission_cannot_say_that_there_is_no_sandbox(worker: Worker) -> None:
    line = b'{"sandbox": "gone"}\n'
    write = f"import os\nfor fd in range(3, 256):\n    try: os.write(fd, {line!r})\n    except OSError: pass"
    assert lines_of(worker, write)[-1]["end"] is True


def test_magics_of_a_notebook_do_no_harm(worker: Worker) -> None:
    for source in (
        "%matplotlib inline\nx = 1",
        "%config InlineBackend.figure_format = 'retina'",
        "%%time\nx = 1",
        "!true",
    ):
        assert [line for line in lines_of(worker, source) if "error" in line] == [], source


def test_shared_memory_cannot_be_hidden(worker: Worker) -> None:
    libc = "import ctypes\nlibc = ctypes.CDLL(None)"
    assert said(worker, "libc.shmget(0, 1 << 30, 0o1600)", libc) == "-1"
    for source in (
        "import mmap\nmmap.mmap(-1, 4096)",
        "import mmap\nmmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)",  # huge pages
        "import os\nos.memfd_create('x')",
        "import socket\nsocket.socket().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)",
    ):
        assert "Operation not permitted" in lines_of(worker, source)[1]["error"], source
    error = lines_of(worker, "import mmap, os\nmmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)")[1]["error"]
    assert "No such device" in error


def test_what_honest_notebooks_share_works(worker: Worker) -> None:
    for source in (
        "import mmap\nmmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "assert sum(map(len, DataLoader(torch.zeros(64, 784), batch_size=8, num_workers=4))) == 64",
        "import multiprocessing\nwith multiprocessing.Pool(4) as pool: assert pool.map(abs, [-1]) == [1]\n"
        "multiprocessing.Array('d', 1000)[:] = [1] * 1000",
        "import numpy, joblib\nassert joblib.Parallel(n_jobs=4)([(len, (numpy.zeros(3_000_000),), {})] * 4)",
    ):
        assert [line for line in lines_of(worker, source) if "error" in line] == [], source


def test_sockets_are_of_the_kinds_that_a_namespace_holds(worker: Worker) -> None:
    assert "error" not in lines_of(worker, "import socket\nsocket.socketpair(), socket.socket()")[1]
    error = lines_of(worker, "import socket\nsocket.socket(socket.AF_VSOCK)")[1]["error"]
    assert "Operation not permitted" in error


def test_the_keys_of_whoever_grades_stay_theirs(course: Path) -> None:
    with Canary() as found:  # it begins a session keyring with a key in it, as a login does
        if not any(found.secret in line for line in keys()):
            pytest.skip("the kernel has no keys for this user here, as in a container")
        worker = Worker(course / "bare", number=901, limits=Limits(seconds=5))
        try:
            assert said(worker, "open('/proc/keys').read() + open('/proc/key-users').read()") == "''"
            source = HOSTILE.joinpath("keys_of_the_kernel.py").read_text(encoding="utf-8")
            assert said(worker, "pca_floor(None, 1)", source) == "RuntimeError: nothing found"
        finally:
            worker.close()
        assert found.traces() == []


def test_an_empty_session_keyring_is_a_wall_of_its_own() -> None:
    held = "libc.syscall(keyctl, ctypes.c_long(11), ctypes.c_long(-3), None, ctypes.c_long(0))"
    source = (
        "import ctypes, os\nfrom lessons_pkg.grading.sandbox import calls\nlibc = ctypes.CDLL(None)\n"
        "keyctl = calls.KEYCTL[os.uname().machine]\n"
        f"print({held})\ncalls.leave_keyring()\nprint({held})"
    )
    with Canary() as found:
        if not any(found.secret in line for line in keys()):
            pytest.skip("the kernel has no keys for this user here, as in a container")
        done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.stdout == "4\n0\n", done.stderr  # bytes of keys' numbers: one key, then none


@pytest.mark.parametrize(
    "line",
    [
        b'{"task": "1.3", "error": [' + b"{}," * 2_000_000 + b"{}]}",
        b'{"task": "1.3", "error": "' + b"x" * 10**6 + b'"}',
    ],
)
def test_a_long_line_that_no_runner_writes_is_not_read(line: bytes) -> None:
    tracemalloc.start()
    try:
        assert _read(bytearray(line)) is None
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_long_answer_is_read() -> None:
    found = "A" * 3_000_000
    assert _read(bytearray(json.dumps({"task": "1.3", "found": found}).encode())) == {"task": "1.3", "found": found}


@pytest.mark.parametrize("items", [b"[],", b"1.5,", b'"ab",', b"[[],[{}]],"])
def test_plain_data_of_many_items_is_refused_before_it_is_read(items: bytes) -> None:
    data = b"[" + items * 2_000_000 + b"0]"
    tracemalloc.start()
    try:
        with pytest.raises(plain.NotPlain, match="more than 300,000 items"):
            plain.loads(data)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    with pytest.raises(plain.NotPlain, match="more than 300,000 items"):
        plain.dumps([0] * 400_000)
    assert len(plain.loads(plain.dumps([0] * 200_000))) == 200_000


def test_a_submission_cannot_say_that_it_was_ended(worker: Worker) -> None:
    line = b'{"killed": ["by", "nobody"]}\n'
    write = f"import os\nfor fd in range(3, 256):\n    try: os.write(fd, {line!r})\n    except OSError: pass"
    assert not [one for one in lines_of(worker, write) if "killed" in one]


def test_namespaces_that_cannot_be_made_are_tried_again(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    lines_of(worker, "x = 1")
    answers = [[{"sandbox": "EAGAIN"}], [{"sandbox": "EAGAIN"}], [{"ready": True}, {"end": True}]]
    monkeypatch.setattr(worker, "_once", lambda job, end: (line for line in answers.pop(0)))
    assert lines_of(worker, "x = 1") == [{"end": True}]
    monkeypatch.setattr(worker, "_once", lambda job, end: (line for line in [{"sandbox": "no"}]))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with pytest.raises(NoSandbox, match="namespaces could not be made: no"):
        lines_of(worker, "x = 1")


def test_as_root_no_user_of_this_machine_is_used(worker: Worker) -> None:
    if os.geteuid() != 0:
        pytest.skip("this is not root")
    lines_of(worker, "x = 1")
    process = worker.process.pid
    assert Path(f"/proc/{process}").stat().st_uid >= bwrap.FIRST_USER


def test_a_python_below_tmp_is_there_while_tmp_is_the_submissions_own() -> None:
    # Where people try something out, or a clean checkout is tested, the environment may lie below /tmp.
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="a course ") as course:
        folder = Path(course, ".venv")
        venv.create(folder, symlinks=True)
        packages = folder.joinpath("lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages")
        ours = [one for one in sys.path if one.endswith("-packages")]  # an environment that borrows has more than one
        packages.joinpath("ours.pth").write_text("\n".join(ours), encoding="utf-8")
        notebook = ROOT / "solutions/01_linear_autoencoder/linear_autoencoder.ipynb"
        words = [folder / "bin/python", "-m", "lessons_pkg.grading", notebook]
        done = subprocess.run(
            words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    assert "sum     13 of 13" in done.stdout


def test_without_bubblewrap_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, course: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    bwrap.available.cache_clear()
    try:
        with pytest.raises(NoSandbox, match=r"no bubblewrap .*apt-get install bubblewrap.*--unsafe-no-sandbox"):
            Worker(course / "bare").start()
    finally:
        bwrap.available.cache_clear()


def test_unsafe_runs_without_a_sandbox_and_is_ended_as_well(course: Path) -> None:
    unsafe = Worker(course / "bare", limits=Limits(seconds=2), unsafe=True)
    try:
        assert said(unsafe, "os.getuid()", "import os") == str(os.getuid())
        assert "longer than 2 s: is there a loop that does not end?" in str(lines_of(unsafe, "while True: pass"))
        assert lines_of(unsafe, "x = 1")[-1]["end"] is True
    finally:
        unsafe.close()
