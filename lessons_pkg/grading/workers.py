"""Grading many submissions at once: a grader for each thread, and a fresh one where one died."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from lessons_pkg.grading import submissions
from lessons_pkg.grading.outcome import CannotJudge, TaskResult
from lessons_pkg.grading.submissions import Submission

__all__ = ["Attempt", "GraderLike", "NoGrader", "Worker", "in_threads"]

PATIENCE = 10.0  # seconds that an interrupted run waits for its threads


class GraderLike(Protocol):
    """What judges one notebook: lessons_pkg.grading.judge.Grader, or a stand-in for it."""

    def grade(self, notebook: bytes, name: str) -> list[TaskResult]: ...

    def close(self) -> None: ...


class NoGrader(RuntimeError):
    """Not even one grader can be made on this machine; the message says why."""


@dataclass(frozen=True)
class Attempt:
    """What came of one notebook: results, or a problem. again: not the notebook's fault, so worth another try."""

    digest: str = ""
    results: tuple[TaskResult, ...] = ()
    problem: str = ""
    again: bool = False


class Worker:
    """One thread's grader, made when first needed, and made anew after it died."""

    def __init__(self, make: Callable[[], GraderLike], any_made: threading.Event) -> None:
        """any_made: shared by the workers of a run; set once a grader could be made."""
        self._make = make
        self._any_made = any_made
        self._grader: GraderLike | None = None
        self.stopped = False

    def grade(self, content: bytes, name: str) -> Attempt:
        """Grade one notebook; if the grader dies of it, once more with a fresh one.

        Raises NoGrader if none can be made, now or before: this machine cannot grade. Once there was one, a failure
        to make another is this submission's affair (it may have filled the memory), and the rest go on.
        """
        digest = hashlib.sha256(content).hexdigest()
        problem = ""
        for _ in range(2):
            if self.stopped:
                break
            try:
                return Attempt(digest, tuple(self._ready().grade(content, name)))
            except CannotJudge as refusal:
                return Attempt(digest, problem=str(refusal))
            except NoGrader:
                raise
            except Exception as error:
                problem = f"the grader ended twice, with {type(error).__name__}: {error}"[:500]
                self.close()
        return Attempt(digest, problem=problem, again=True)

    def _ready(self) -> GraderLike:
        if self._grader is None:
            try:
                self._grader = self._make()
            except Exception as error:
                if self._any_made.is_set():
                    raise
                raise NoGrader(str(error) or type(error).__name__) from error
            self._any_made.set()
        return self._grader

    def stop(self) -> None:
        """End the grader from another thread, in the middle of its work if need be."""
        self.stopped = True
        self.close()

    def close(self) -> None:
        grader, self._grader = self._grader, None
        if grader is not None:
            with suppress(Exception):  # it is dead or about to be: nothing that it says matters any more
                grader.close()


def read(one: Submission) -> bytes | Attempt:
    """The file's bytes, or the attempt that failed for want of them."""
    try:
        return submissions.read(one.path)
    except CannotJudge as problem:
        return Attempt(problem=str(problem), again=True)


def in_threads(
    work: Sequence[Submission], make: Callable[[], GraderLike], jobs: int
) -> Iterator[tuple[Submission, Attempt]]:
    """Grade all with ``jobs`` graders side by side; each result comes as soon as it is there.

    Closing the iterator, as an exception at its reader does, ends the graders and drops what is in flight.
    Raises NoGrader if no grader can be made at all.
    """
    left: queue.SimpleQueue[Submission] = queue.SimpleQueue()
    for one in work:
        left.put(one)
    results: queue.SimpleQueue[tuple[Submission, Attempt | NoGrader]] = queue.SimpleQueue()
    any_made = threading.Event()
    workers = [Worker(make, any_made) for _ in range(min(jobs, len(work)))]
    threads = [threading.Thread(target=_run, args=(worker, left, results), daemon=True) for worker in workers]
    try:
        for thread in threads:
            thread.start()
        for _ in work:
            one, attempt = _next(results)
            if isinstance(attempt, NoGrader):
                raise attempt
            yield one, attempt
    finally:
        for worker in workers:
            worker.stopped = True
        # In threads of their own: a grader that hangs while it is closed holds up nobody.
        closing = [threading.Thread(target=worker.stop, daemon=True) for worker in workers]
        for thread in closing:
            thread.start()
        for thread in [*closing, *threads]:
            thread.join(PATIENCE / len(threads))


def _next(results: queue.SimpleQueue) -> tuple[Submission, Attempt | NoGrader]:
    while True:
        with suppress(queue.Empty):
            return results.get(timeout=1)  # without a limit, Windows would not hear Ctrl-C


def _run(worker: Worker, left: queue.SimpleQueue, results: queue.SimpleQueue) -> None:
    """One thread: take, read, grade, until nothing is left or somebody stops it."""
    while not worker.stopped:
        try:
            one = left.get_nowait()
        except queue.Empty:
            break
        content = read(one)
        try:
            attempt = content if isinstance(content, Attempt) else worker.grade(content, one.name)
        except NoGrader as problem:
            attempt = problem
        except BaseException as error:  # whatever it is: the reader waits for one result a submission
            attempt = Attempt(problem=f"{type(error).__name__}: {error}"[:500], again=True)
        results.put((one, attempt))
    worker.close()
