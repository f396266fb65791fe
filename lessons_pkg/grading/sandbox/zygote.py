"""Inside the sandbox: a process that has imported torch once, and forks for each submission.

    python -m lessons_pkg.grading.sandbox.zygote CONTROL_FD [--plain]

Over the control socket come commands of one byte: ``j`` with two descriptors (the job to read, where to answer), ``k``
to kill the submission that runs. It answers ``r`` when it is ready, ``f`` and a reason when the nest (nest.py) cannot
be made, ``d`` when a submission's process has ended. It holds no secret: a job travels past it, to the child alone.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys

# Imported once here, so that no submission waits for them.
import IPython.core.interactiveshell
import matplotlib.pyplot
import torch

from lessons_pkg import checks, data, latent, models, plots, training
from lessons_pkg.grading.sandbox import calls, nest, runner

__all__ = ["main"]

WARM = (IPython, matplotlib, checks, data, latent, models, plots, training)


def main(control_fd: int, *, plain: bool) -> None:
    """Serve until the socket is closed."""
    torch.set_num_threads(1)
    if not plain:
        calls.leave_keyring()
    control = socket.socket(fileno=control_fd)
    child_read, child_write = os.pipe()  # a byte arrives when a child has ended
    os.set_blocking(child_write, False)
    signal.set_wakeup_fd(child_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting = selectors.DefaultSelector()
    waiting.register(control, selectors.EVENT_READ)
    waiting.register(child_read, selectors.EVENT_READ)
    child = inner = 0
    control.sendall(b"r")
    while True:
        for key, _ in waiting.select():
            if key.fileobj == child_read:
                os.read(child_read, 1024)
                if child and os.waitpid(child, os.WNOHANG)[0]:
                    child = inner = 0
                    control.sendall(b"d")
                continue
            command, descriptors, *_ = socket.recv_fds(control, 1, 2)
            if not command:
                sys.exit(0)
            if command == b"j":
                child, inner = _start(*descriptors, plain=plain)
                for one in descriptors:
                    os.close(one)
            elif command == b"k" and child:
                for pid in filter(None, (inner, child)):
                    _kill(pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has just ended by itself


def _start(job: int, answer: int, *, plain: bool) -> tuple[int, int]:
    """Fork a submission's process; returns its number, and that of the first process of its namespace."""
    pid_read, pid_write = os.pipe()
    child = os.fork()
    if child:
        os.close(pid_write)
        told = os.read(pid_read, 4)
        os.close(pid_read)
        return child, int.from_bytes(told, "little") if len(told) == 4 else 0
    code = 3
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with os.fdopen(job, "rb", closefd=False) as source:
            task = json.load(source)
        if plain:
            os.setsid()
        else:
            nest.descend(pid_write, megabytes=task["limits"]["disk"])
        nest.close_all_but(answer)
        runner.run(task, answer)
        code = 0
    except BaseException as error:  # before the first line of a submission has run: the judge tries again
        os.write(answer, json.dumps({"sandbox": f"{type(error).__name__}: {error}"}).encode() + b"\n")
    finally:
        os._exit(code)
    return 0, 0


if __name__ == "__main__":
    main(int(sys.argv[1]), plain="--plain" in sys.argv[2:])
