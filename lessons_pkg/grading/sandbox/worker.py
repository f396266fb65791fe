"""Outside: one zygote in its sandbox, the job that goes in, the lines that come out, and the watch over both.

Nothing that comes out is believed: a line is at most so long, there are at most so many, and each is JSON or nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import psutil

from lessons_pkg.grading.sandbox import bwrap
from lessons_pkg.grading.sandbox.errors import NoSandbox, SandboxDied

__all__ = ["Limits", "Worker"]

TRIES = 6
LONG = 300_000  # bytes: a longer line says nothing but what a question's answer was, in the words of runner.py
ANSWER = re.compile(rb'\{"task": "[^"\\]{1,200}", "found": "[A-Za-z0-9+/]*={0,2}"\}')
DESCRIPTORS = 256  # of a process, by nest.limit
SOCKET = 208 << 10  # bytes that one may hold in the kernel (net.core.wmem_default), in no process's memory


@dataclass(frozen=True)
class Limits:
    """What a submission may use. seconds: for each cell and each question; cpu: seconds in all.

    memory, disk, output: in MB; memory is that of all its processes together.
    """

    seconds: float = 60
    cpu: int = 300
    memory: int = 2500
    processes: int = 64
    disk: int = 200
    output: int = 64


class Worker:
    """A zygote that is ready to fork. Use it from one thread; start() again after SandboxDied."""

    def __init__(self, course: Path, *, number: int = 0, limits: Limits | None = None, unsafe: bool = False) -> None:
        """course: a staged folder that holds lessons_pkg (stage.py). number: each worker of a machine has its own."""
        self.course, self.number, self.unsafe = course, number, unsafe
        self.limits = limits or Limits()
        self.process: subprocess.Popen | None = None
        self.control: socket.socket | None = None

    def start(self, patience: float = 300) -> None:
        """Start the zygote and wait until it has imported everything. Raises NoSandbox."""
        self.close()
        if not hasattr(os, "fork"):
            raise NoSandbox("Windows cannot grade, not even without a sandbox: use a container or WSL.")
        ours, theirs = socket.socketpair()
        try:
            if self.unsafe:
                environment = os.environ | bwrap.environment() | {"PYTHONPATH": str(self.course)}
                del environment["LESSONS_SANDBOX"]  # there is none
                words = [sys.executable, "-m", "lessons_pkg.grading.sandbox.zygote", str(theirs.fileno()), "--plain"]
            else:
                if reason := bwrap.available():
                    raise NoSandbox(reason)
                environment = {"PATH": os.environ.get("PATH", os.defpath)}
                words = bwrap.command(self.course, theirs.fileno(), self.number)
            self.process = subprocess.Popen(
                words,
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
            )
        finally:
            theirs.close()
        self.control = ours
        ours.settimeout(patience)
        try:
            ready = ours.recv(1) == b"r"
        except TimeoutError:
            ready = False
        if not ready:
            self.process.kill()
            words = self.process.stderr.read().decode(errors="replace").strip()[-500:]
            self.close()
            raise NoSandbox(f"The sandbox did not start: {words or 'no word from it'}")
        self._private_before, self._memory_before = self._memory(_private), self._memory(_proportional)
        self._next_count = 0.0

    def close(self) -> None:
        """End the zygote and everything in its sandbox."""
        if self.control is not None:
            self.control.close()
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
        self.process = self.control = None

    def run(self, job: dict[str, Any], end: float | None = None) -> Iterator[dict[str, Any]]:
        """The lines that the job's process writes; the last one may be {"killed": why} if it had to be ended.

        job: as in runner.py, without limits. end: when the job as a whole is ended, by time.monotonic(). Each step may
        take twice limits.seconds, and a little, before its process is ended from here.
        Raises SandboxDied where the zygote itself does not answer any more; NoSandbox where it cannot make the nest.
        """
        for attempt in range(TRIES):
            if self.process is None or self.process.poll() is not None or attempt == TRIES - 1:
                self.start()
            lines = self._once(job, end or time.monotonic() + 10 * self.limits.seconds + 60)
            first = next(lines, {"sandbox": "it said nothing"})
            if "killed" in first:
                yield first
            if "sandbox" not in first:
                yield from lines
                return
            lines.close()
            # The kernel may still count the processes of the one before, if that was a fork bomb.
            time.sleep(0.3 * (attempt + 1))
        raise NoSandbox(f"A submission's own namespaces could not be made: {str(first['sandbox'])[:300]}")

    def _once(self, job: dict[str, Any], end: float) -> Iterator[dict[str, Any]]:
        job_read, job_write = os.pipe()
        answer_read, answer_write = os.pipe()
        with contextlib.ExitStack() as stack:
            answers = stack.enter_context(os.fdopen(answer_read, "rb", buffering=0))
            limits = asdict(self.limits) | ({"processes": None} if self.unsafe else {})
            sender = Thread(target=_send, args=(job_write, job | {"limits": limits}), daemon=True)
            try:
                socket.send_fds(self.control, [b"j"], [job_read, answer_write])
            except OSError as error:
                os.close(job_write)
                raise SandboxDied(f"the sandbox is gone: {error}") from error
            finally:
                os.close(job_read)
                os.close(answer_write)
            sender.start()
            ended = False
            try:
                yield from self._lines(answers, end)
                ended = True
            finally:
                if not ended:
                    self._kill()
                self._wait()
                sender.join(timeout=10)

    def _lines(self, answers: Any, end: float) -> Iterator[dict[str, Any]]:
        rest, total = bytearray(), 0
        patience = 2 * self.limits.seconds + 10
        deadline = time.monotonic() + patience
        while True:
            ready = select.select([answers], [], [], 0.2)[0]
            if ready:
                piece = answers.read(1 << 20)
                if not piece:
                    return
                total += len(piece)
                if total > self.limits.output << 20:
                    self._kill()
                    yield {"killed": f"it wrote more than {self.limits.output} MB of results"}
                    return
                rest += piece
                # Looked for in the piece alone: a long line that comes in small ones must not cost more and more.
                *lines, rest = rest.split(b"\n") if b"\n" in piece else (rest,)
                for line in lines:
                    deadline = time.monotonic() + patience
                    read = _read(line)
                    if read is not None:
                        yield read
            why = ""
            if time.monotonic() > deadline:
                why = f"it took longer than {self.limits.seconds:g} s: is there a loop that does not end?"
            elif time.monotonic() > end:
                why = "the notebook as a whole took too long"
            elif (used := self._excess(time.monotonic())) > self.limits.memory << 20:
                why = f"it used more than {self.limits.memory:,} MB of memory ({used >> 20:,} MB)"
            if why:
                self._kill()
                yield {"killed": why}
                return

    def _excess(self, now: float) -> int:
        """Bytes that a submission's processes use now, or 0 where a quick look says that it is not too much.

        The exact count makes the kernel walk through all pages, so that it is not for every moment.
        """
        if self._memory(_private) - self._private_before <= self.limits.memory << 20 or now < self._next_count:
            return 0
        used = self._memory(_proportional) - self._memory_before
        self._next_count = time.monotonic() + 1
        return used

    def _memory(self, of: Callable[[int], int]) -> int:
        """The sum over all processes in the sandbox."""
        total = 0
        try:
            inside = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return 0
        for one in inside:
            with contextlib.suppress(psutil.Error, OSError):  # it has just ended
                total += of(one.pid)
        return total

    def _kill(self) -> None:
        with contextlib.suppress(OSError):  # it is gone already: _wait says so
            self.control.send(b"k")

    def _wait(self) -> None:
        """Until the zygote says that the child has ended."""
        self.control.settimeout(20)
        try:
            if self.control.recv(1) == b"d":
                return
        except OSError:
            pass
        self.close()
        raise SandboxDied("the sandbox does not answer any more")


def _read(line: bytearray) -> dict[str, Any] | None:
    """What a line says; None for somebody else's words on it."""
    # Numbers and brackets of JSON take sixty times as much memory once they are read. What is long here is one string.
    if len(line) > LONG and not ANSWER.fullmatch(line):
        return None
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    read.pop("killed", None)  # that is ours to say
    return read


def _private(pid: int) -> int:
    """Bytes of a process that are no file's: quick, but a fork counts again what it shares with its parent."""
    used = psutil.Process(pid).memory_info()
    return max(0, used.rss - getattr(used, "shared", 0)) + _in_the_kernel(pid)


def _in_the_kernel(pid: int) -> int:
    """Bytes that a process keeps in the kernel: files in memory alone (memfd_create), and what its sockets may hold."""
    try:
        links = list(Path(f"/proc/{pid}/fd").iterdir())
    except PermissionError:  # it is not to be looked into (prctl(PR_SET_DUMPABLE)): as much as there can be
        return DESCRIPTORS * SOCKET
    except OSError:  # it has just ended; macOS
        return 0
    total, seen = 0, set()
    for link in links:
        with contextlib.suppress(OSError):  # closed meanwhile
            target = os.readlink(link)
            total += SOCKET * target.startswith("socket:")
            if target.startswith("/memfd:"):  # without a sandbox only: else that call is forbidden
                file = link.stat()
                total += 512 * file.st_blocks if file.st_ino not in seen else 0
                seen.add(file.st_ino)
    return total


def _proportional(pid: int) -> int:
    """Bytes of a process, a page that n processes share as one n-th. macOS has no such count: there, all of them."""
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return _private(pid)
    try:
        text = rollup.read_text()
    except PermissionError:  # whoever hides from the exact count gets the one that knows no sharing
        return psutil.Process(pid).memory_info().rss + _in_the_kernel(pid)
    (line,) = [line for line in text.splitlines() if line.startswith("Pss:")] or ["Pss: 0 kB"]
    return (int(line.split()[1]) << 10) + _in_the_kernel(pid)


def _send(descriptor: int, job: dict[str, Any]) -> None:
    # Too early an end of the reader is not this thread's business: the lines tell what happened.
    with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as target:
        target.write(json.dumps(job).encode())
