"""The same work on a Dask cluster: submissions travel as bytes, results come back, the files stay here.

Scheduler and workers need this package in the same version, the workers the sandbox too. Whoever can reach the
scheduler can run code on the workers: a cluster is for a network that you trust.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from lessons_pkg.grading.submissions import Submission
from lessons_pkg.grading.versions import PACKAGE, deciding_files, digest_of_files
from lessons_pkg.grading.workers import Attempt, GraderLike, NoGrader, Worker, read

__all__ = ["on_cluster"]

CONNECT = 15  # seconds to reach the scheduler, and to see a worker

# On a worker's machine: the graders of its threads, and which run they belong to.
_threads = threading.local()
_workers: list[Worker] = []
_any_made = threading.Event()


def on_cluster(
    address: str, work: Sequence[Submission], make: Callable[[], GraderLike], tasks: Sequence[str]
) -> Iterator[tuple[Submission, Attempt]]:
    """Grade all on the cluster whose scheduler is at ``address``; each result comes as soon as it is there.

    make must travel, and is the same for the same settings. tasks: of which the judging code must be the same there.
    Raises NoGrader if dask.distributed, the scheduler or a worker is missing, or a worker has other code.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        words = 'a cluster needs dask.distributed: make grade EXTRAS=grade, or pip install -e ".[grade]"'
        raise NoGrader(words) from None
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise NoGrader(f"no Dask scheduler answers at {address}: {error}") from error
    try:
        _look_over(client, address, tasks)
        slots = 2 * sum(client.nthreads().values())  # enough that no worker waits; the rest stays on the disk
        left, running, finished = iter(work), {}, as_completed([], loop=client.loop, raise_errors=False)
        while True:
            while len(running) < slots and (one := next(left, None)) is not None:
                content = read(one)
                if isinstance(content, Attempt):
                    yield one, content
                    continue
                future = client.submit(_grade, make, content, one.name, pure=False, retries=0)
                running[future.key] = one
                finished.add(future)
            if not running:
                break
            future = next(finished)
            yield running.pop(future.key), _outcome(future)
    finally:
        _end(client)


def _look_over(client: object, address: str, tasks: Sequence[str]) -> None:
    """Raise NoGrader unless there are workers, and all judge by the same code as this machine."""
    try:
        client.wait_for_workers(1, timeout=CONNECT)
        theirs = client.run(_code_of, tuple(tasks))
    except TimeoutError as error:
        raise NoGrader(f"the cluster at {address} has no workers") from error
    except Exception as error:
        raise NoGrader(f"a worker of the cluster at {address} cannot grade: {error}") from error
    ours = _code_of(tuple(tasks))
    others = sorted(worker for worker, code in theirs.items() if code != ours)
    if others:
        raise NoGrader(f"other code than here on {', '.join(others)}: bring the course there to the same version")


def _outcome(future: object) -> Attempt:
    if future.status == "finished":
        return future.result()
    if future.status != "error":
        raise NoGrader(f"the cluster went away (it says: {future.status})")
    error = future.exception()
    if isinstance(error, NoGrader):
        raise error
    return Attempt(problem=f"the cluster could not grade it: {error}"[:500], again=True)


def _end(client: object) -> None:
    """End the graders on the workers and leave the cluster; one that is gone already is left at once."""
    with suppress(Exception):  # a scheduler that went away took its workers along
        client.run(_close_all, on_error="ignore")
    with suppress(Exception):
        client.close(timeout=5)


def _grade(make: Callable[[], GraderLike], content: bytes, name: str) -> Attempt:
    """On a worker: grade with this thread's own grader, which is made anew if the settings are others."""
    if getattr(_threads, "make", None) != make or _threads.worker.stopped:
        _threads.make, _threads.worker = make, Worker(make, _any_made)
        _workers.append(_threads.worker)
    return _threads.worker.grade(content, name)


def _close_all() -> None:
    while _workers:
        _workers.pop().stop()
    _any_made.clear()


def _code_of(tasks: tuple[str, ...]) -> str:
    return digest_of_files(deciding_files(tasks, PACKAGE), PACKAGE)
