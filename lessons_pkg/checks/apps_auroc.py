"""The second half of task 6.2: the area under the ROC curve, by hand."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_auroc_causes import AUROC_MISTAKES, auroc_of
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.latent_probes import Probe, explained_throughout, first_wrong
from lessons_pkg.checks.values import as_float, number, return_hint, show

__all__ = ["judge_auroc", "score_probes"]

MANY = 10_000
PATIENCE = 120.0  # seconds for MANY x MANY pairs, reckoned from a small case: on any machine this is no loop in C
_AREAS = ("roc_auc_score", "roc_curve", "auc", "det_curve", "average_precision_score")
_STATISTICS = ("mannwhitneyu", "somersd", "brunnermunzel", "ranksums")  # of scipy; rankdata is a tool like sort


def judge_auroc(t: Trial, auroc: Callable, seed: int) -> None:
    probes = score_probes(seed)
    t.need("auroc gives one number, a float")
    found = [_asked(t, auroc, probe) for probe in probes]
    t.need("it is the share of all pairs in which the anomaly has the higher score, and equal scores count one half")
    right = [auroc_of(**probe) for probe in probes]
    first = first_wrong(found, right, _same)
    if first is not None:
        cause = explained_throughout(found, right, probes, AUROC_MISTAKES, _same, alone=False)
        if found[first] != (again := _asked(t, auroc, probes[first])):
            hint = "All pairs are counted; none is drawn by chance."
            cause = f"and then {number(again)}: two calls with the same scores give different numbers", hint
        cause = cause or _odd(found, right)
        t.fail(
            expected=f"{_words(probes[first])} = {number(right[first])}",
            found=f"{number(found[first])}: {cause[0]}",
            hint=cause[1],
        )
    t.need(f"it copes with {MANY:,} scores on each side")
    _expect_quick(t, auroc, seed)


def score_probes(seed: int) -> list[Probe]:
    """Pairs of scores: apart, mixed, the wrong way round, equal, of any size and sign, of different numbers."""
    draw = torch.Generator().manual_seed(seed)

    def normal(n: int, mean: float = 0.0, spread: float = 1.0) -> Tensor:
        return mean + spread * torch.randn(n, generator=draw)

    def steps(n: int, low: int, high: int) -> Tensor:
        return torch.randint(low, high, (n,), generator=draw).float()

    pairs = [
        (normal(41), normal(26, 0.8, 1.4)),
        (normal(23, 0.9), normal(57)),  # the wrong way round
        (steps(35, 0, 6) / 8, steps(35, 1, 8) / 8),  # many ties, equal numbers
        (0.02 + 0.001 * torch.rand(48, generator=draw), 0.0205 + 0.001 * torch.rand(19, generator=draw)),
        (steps(17, -3, 3), steps(60, -4, 3)),  # negative ones, in whole numbers
        (500 + normal(29, 0, 40), 520 + normal(33, 0, 90)),
        (steps(12, 0, 4).double(), steps(9, 4, 9).double()),  # apart
        (steps(8, 5, 9), steps(14, 0, 5)),
        (torch.full((7,), 0.25), torch.full((11,), 0.25)),  # all equal
        (torch.tensor([0.5]), torch.tensor([0.5])),
        (torch.tensor([0.5]), torch.tensor([0.75])),
        (torch.tensor([3.0]), steps(20, 0, 7)),
    ]
    return [{"normal_scores": one, "anomaly_scores": other} for one, other in pairs]


def _words(probe: Probe) -> str:
    one, other = probe["normal_scores"], probe["anomaly_scores"]
    if one.numel() == other.numel() == 1:
        return f"auroc(tensor([{one.item():g}]), tensor([{other.item():g}]))"
    return f"auroc({len(one)} normal scores, {len(other)} of anomalies)"


def _asked(t: Trial, auroc: Callable, probe: Probe) -> float:
    given = {name: scores.clone() for name, scores in probe.items()}
    words = _words(probe)
    seen: list[str] = []

    def watched(*scores: Tensor) -> Any:
        with _watching(seen):
            return auroc(*scores)

    value = t.call(watched, *given.values(), doing=words, explain=_hint)
    if seen:
        t.fail(
            expected="a calculation of your own",
            found=f"{words} calls {seen[0]}, which answers the question",
            hint="The check compares your answer with such a function. Count, sort or rank; torch, numpy and "
            "scipy.stats.rankdata are all allowed.",
        )
    for name, scores in given.items():
        if not torch.equal(scores, probe[name]):
            hint = "NumPy's a.sort() sorts the caller's array, and .numpy() shares the memory of a tensor."
            t.fail(expected="the scores as they were", found=f"auroc changed {name} in place", hint=hint)
    result = as_float(value)
    if result is None:
        hint = return_hint(value, "Return one number, a float.")
        if isinstance(value, Tensor):
            hint = "A number in a tensor becomes a float by .item()."
            if value.numel() != 1:
                hint = "One number for all pairs together: the mean of what is counted is a share."
        elif isinstance(value, int):
            hint = "A share of the pairs, not their number; and a float where it is 0 or 1: 1.0."
        t.fail(expected="a Python float", found=f"{words} returned {show(value)}", hint=hint)
    if not math.isfinite(result):
        hint = "Is something divided by a number of scores that is 0, or by a range of scores that are all equal?"
        t.fail(expected=f"{words} = {number(auroc_of(**probe))}", found=f"{result}", hint=hint)
    return result


@contextmanager
def _watching(seen: list[str]) -> Iterator[None]:
    """Note library functions that compute an area or a rank test, called inside the ``with``."""
    before = sys.getprofile()  # of ``t.call``, which looks for the package's own

    def watch(frame: FrameType, event: str, value: Any) -> None:
        if before is not None:
            before(frame, event, value)
        if event != "call":
            return
        file, named = frame.f_code.co_filename.replace("\\", "/"), frame.f_code.co_name
        if "/sklearn/metrics/" in file and named in _AREAS:
            seen.append(f"scikit-learn's {named}")
        elif "/torchmetrics/" in file or "/torcheval/" in file:
            seen.append(f"the library function {named}")
        elif "/scipy/stats/" in file and named in _STATISTICS:
            seen.append(f"scipy's {named}")

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)


def _expect_quick(t: Trial, auroc: Callable, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed + 1)
    few, side = 400, MANY
    seconds = []
    for _ in range(2):  # the quicker of two, where another program is in the way of one
        small = {name: torch.rand(few, generator=draw) for name in ("normal_scores", "anomaly_scores")}
        start = time.perf_counter()
        _asked(t, auroc, small)
        seconds.append(time.perf_counter() - start)
    needed = min(seconds) * (side / few) ** 2
    # What grows with the number of scores only looks slow here. Four times as many scores: four times, or sixteen?
    if needed > PATIENCE:
        more = {name: torch.rand(4 * few, generator=draw) for name in ("normal_scores", "anomaly_scores")}
        start = time.perf_counter()
        _asked(t, auroc, more)
        longer = time.perf_counter() - start
        needed = longer * (side / (4 * few)) ** (2 if longer > 9 * min(seconds) else 1)
    if needed > PATIENCE:
        t.fail(
            expected=f"an answer for {side:,} normal and {side:,} anomaly scores within a minute or two",
            found=f"the right numbers, but at this pace {side:,} x {side:,} pairs take {needed / 60:.0f} minutes",
            hint="Compare one score with all others at once, or sort them and count: no loop in Python over all pairs.",
        )
    # Rounded to 0.001, so that there are ties here too.
    many = {
        "normal_scores": torch.randn(side, generator=draw),
        "anomaly_scores": 0.5 + torch.randn(side, generator=draw),
    }
    many = {name: scores.mul(1000).round().div(1000) for name, scores in many.items()}
    value, target = _asked(t, auroc, many), auroc_of(**many)
    if not abs(value - target) < 1e-5:
        t.fail(
            expected=f"{target:.6f} for {side:,} scores on each side, with ties",
            found=f"{value:.6f}: right for few scores, wrong for many",
            hint="Are all scores used? Are numbers too large for their type, or lost in a sum? There are 10^8 pairs.",
        )


def _odd(found: list[float], right: list[float]) -> tuple[str, str]:
    by_hand = "Try it on scores that you can count by hand: normal 1, 2 and anomalies 2, 3 give 3.5 of 4 pairs, 0.875."
    if len(set(found)) == 1:
        return "the same number whatever the scores are", by_hand
    if any(not 0 <= value <= 1 for value in found):
        return "not a share: it lies outside [0, 1]", by_hand
    tied = {2, 4, 8, 9, 11}
    wrong = {i for i, pair in enumerate(zip(found, right, strict=True)) if not _same(*pair)}
    if wrong <= tied:
        return "right where all scores differ, wrong where some are equal", f"Equal scores count one half. {by_hand}"
    if max(abs(value - target) for value, target in zip(found, right, strict=True)) < 0.06:
        hint = "A curve drawn through some thresholds only cuts its corners: every score that occurs is a threshold."
        return "near to it, but not exact", f"{hint} {by_hand}"
    return "which no usual mistake explains", by_hand


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "must match the size" in text or "could not be broadcast" in text:
        return "The two numbers of scores may differ: every anomaly is compared with every normal image."
    if isinstance(error, ZeroDivisionError):
        return "Is the range of the scores, or a number of ties, divided by? All scores may be equal."
    if isinstance(error, MemoryError) or "allocate memory" in text or "DefaultCPUAllocator" in text:
        return f"A table of {MANY:,} times {MANY:,} numbers does not fit. Go in pieces, or sort and count."
    if isinstance(error, ModuleNotFoundError):
        return "No other library is needed: count, sort or rank."
    return ""


def _same(value: float, target: float) -> bool:
    return abs(value - target) < 2e-6
