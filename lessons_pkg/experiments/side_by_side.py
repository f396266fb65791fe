"""The seeds of a recipe side by side: one process each, so that one that dies takes no other with it, and a lock.

A pool of processes would be shorter, but when one of its processes is killed (out of memory, as a rule), the whole
pool is broken: every seed still running is lost, and nobody can say which one it was.
"""

from __future__ import annotations

import errno
import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


class AlreadyRunning(RuntimeError):
    """Another process runs this recipe and would store its results in the same file. The message names it."""


class SeedsMissing(RuntimeError):
    """Some seeds ended without a result, the others are stored. The message names them and says how to go on."""


class SeedDied(RuntimeError):
    """The process of a seed ended before it had a result: killed from outside, or by the machine."""


@dataclass(frozen=True)
class Ended:
    """How one seed ended: with what ``work`` returned, or the error it raised (SeedDied if it could raise none)."""

    seed: int
    answer: Any = None
    error: Exception | None = None


def jobs_from(text: str) -> int:
    """The number of processes, as it is given on the command line. Raises ValueError for anything but 1, 2, 3, ..."""
    try:
        jobs = int(text)
    except ValueError:
        jobs = 0
    if jobs < 1:
        raise ValueError(f"--jobs is the number of processes, a whole number from 1 on, not {text!r}")
    return jobs


def each_in_a_process(work: Callable[[int], Any], seeds: Sequence[int], jobs: int | None = None) -> Iterator[Ended]:
    """Call ``work(seed)`` in a fresh process for each seed, at most ``jobs`` at a time; yield each as it ends.

    work: what can be pickled, and returns what can be pickled; its process is started anew ("spawn").
    jobs: one per core, unless told. Raises ValueError if it is less than 1.
    A process that dies ends its own seed only. Whoever stops listening (an interrupt, an error) stops the others.
    """
    jobs = (os.cpu_count() or 1) if jobs is None else jobs
    if jobs < 1:
        raise ValueError(f"jobs={jobs}: at least one process is needed")
    context = get_context("spawn")
    waiting = list(seeds)
    running: dict[Any, tuple[int, Any]] = {}  # where it answers -> the seed and its process
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                seed = waiting.pop(0)
                here, there = context.Pipe(duplex=False)
                process = context.Process(target=_answer, args=(there, work, seed), name=f"seed {seed}")
                process.start()
                there.close()  # the process has the only other end: when it dies, this one reads the end of the file
                running[here] = seed, process
            for here in connection.wait(list(running)):
                seed, process = running.pop(here)
                yield _ended(seed, process, here)
    finally:
        for _, process in running.values():
            process.terminate()
        for here, (_, process) in running.items():
            process.join()
            here.close()


def _answer(there: Any, work: Callable[[int], Any], seed: int) -> None:
    # An interrupt ends the process. Else ``fit`` would hand back half a training, and the recipe would measure it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    answer, error, told = None, None, ""
    try:
        answer = work(seed)
    except Exception as raised:
        error, told = raised, traceback.format_exc()
    try:
        pickle.loads(pickle.dumps(error))
        there.send((answer, error, told))
    except Exception as no_way:  # what cannot travel is told in words
        there.send((None, RuntimeError(f"{error or answer!r} cannot be passed on: {no_way!r}"), told))
    there.close()


def _ended(seed: int, process: Any, here: Any) -> Ended:
    try:
        answer, error, told = here.recv()
        if error is not None:
            error.__cause__ = RuntimeError(f"in the process of seed {seed}:\n{told}")
    except (EOFError, OSError):  # it was gone before it answered, or in the middle of it
        answer = None
        process.join()
        error = SeedDied(f"its process {_how(process.exitcode)}")
    process.join()
    here.close()
    return Ended(seed, answer, error)


def _how(exit_code: int) -> str:
    """What became of a process: the signal that killed it, or its exit code."""
    if exit_code >= 0:
        return f"ended with exit code {exit_code}, without a result"
    name = signal.Signals(-exit_code).name if -exit_code in set(signal.Signals) else f"signal {-exit_code}"
    hint = "; the machine does so when memory runs out" if name == "SIGKILL" else ""
    return f"was killed ({name}{hint})"


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock ``path`` while the block runs. Raises AlreadyRunning, with the holder's pid, if another holds it.

    The system gives the lock back when its holder ends, however it ends, so one left behind does no harm: the
    file stays, empty of meaning. Where there is no ``fcntl`` (Windows), the file itself is the lock, and is taken over
    when the process named in it no longer runs; two that find such a file in the same instant could both take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        with _locked_by_its_existence(path, what):
            yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            file.seek(0)
            raise AlreadyRunning(_held(what, file.read())) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def _locked_by_its_existence(path: Path, what: str) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        holder = path.read_text()
        if not holder.strip().isdigit() or _runs(int(holder)):
            raise AlreadyRunning(_held(what, holder, f"; if it does not, delete {path}")) from None
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    with os.fdopen(handle, "w") as file:
        file.write(str(os.getpid()))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _held(what: str, holder: str, advice: str = "") -> str:
    return f"{what} runs already, in process {holder.strip() or 'unknown'}: wait for it, or end it{advice}"


def _runs(pid: int) -> bool:
    if os.name == "nt":  # there, os.kill would end the process instead of asking for it
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
        if not handle:
            return False
        waited = kernel.WaitForSingleObject(handle, 0)
        kernel.CloseHandle(handle)
        return waited == 0x102  # WAIT_TIMEOUT: it has not ended
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
