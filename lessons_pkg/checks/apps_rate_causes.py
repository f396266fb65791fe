"""Task 6.3: the bits of a quantised code, and what typical mistakes give in their place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from lessons_pkg.checks.error_causes import Cause

__all__ = ["ESCAPED", "ROUND", "rate_of", "symbols_of", "wrong_rates"]

ESCAPED = 32  # bits in which a symbol is written out that training never saw

_LOG = "The length of a symbol in bits is -log2 p."
_FIT = "One histogram for each dimension, of the symbols of the training images and of no others."
ROUND = "The symbol is the nearest whole number to z / step: round."
_SMOOTH = (
    "The counts of dimension j: one more than seen for each whole number from the smallest to the largest symbol, "
    "those never seen among them too, and 1 for the escape. Their sum is the denominator."
)
_ESCAPE = f"A symbol outside the range costs the escape, -log2 of its probability, and {ESCAPED} bits more."
_SUM = "Bits of one image: -log2 p, summed over the dimensions. Then the mean over the test images."


def lengths(
    known: Tensor,
    fresh: Tensor,
    *,
    count: float = 1.0,
    escape: float = 1.0,
    written: float = ESCAPED,
    seen_only: bool = False,
    total: Callable[[float, int, int], float] | None = None,
) -> Tensor:
    """Code lengths in bits (M,) of symbols (M,) by a histogram of others (N,).

    count: what is added to each count; escape: the count of the escape; written: bits of an escaped symbol.
    seen_only: symbols between the smallest and the largest that were never seen are escaped too.
    total: the denominator, from what it should be, N and M.
    """
    low = known.min()
    counts = torch.bincount(known - low).double()
    counts = torch.where(counts > 0, counts + count, 0.0) if seen_only else counts + count
    whole = counts.sum().item() + escape
    place = fresh - low
    inside = (place >= 0) & (place < len(counts))
    own = torch.where(inside, counts[place.clamp(0, len(counts) - 1)], 0.0)
    if total:
        whole = total(whole, len(known), len(fresh))
    coded = own > 0
    escaped = written - (math.log2(escape / whole) if escape else 0.0)
    return torch.where(coded, -(torch.where(coded, own, 1.0) / whole).log2(), escaped)


def symbols_of(codes: Tensor, step: float, to: Callable[[Tensor], Tensor] = torch.round) -> Tensor:
    return to(codes.double() / step).long()


def _table(known: Tensor, fresh: Tensor, **options: object) -> Tensor:
    """Code lengths of symbols (M, k) in bits, each dimension by its own histogram."""
    return torch.stack([lengths(a, b, **options) for a, b in zip(known.T, fresh.T, strict=True)], 1)


def rate_of(train: Tensor, test: Tensor, step: float) -> float:
    """Bits per image of the test codes (M, k) by the histograms of the training codes (N, k)."""
    return _table(symbols_of(train, step), symbols_of(test, step)).sum(1).mean().item()


def _tables(train: Tensor, test: Tensor, step: float) -> Iterator[tuple[Tensor, str, str]]:
    """Tables (M, k) of code lengths as typical mistakes make them: the right one first, then what was done, hint."""
    known, fresh = symbols_of(train, step), symbols_of(test, step)
    every = torch.cat([known, fresh])
    yield _table(known, fresh), "", ""
    for name, to in (("rounded down (floor)", torch.floor), ("cut off towards 0", torch.trunc), ("up", torch.ceil)):
        words = f"z / step is {name}, not to the nearest whole number"
        yield _table(symbols_of(train, step, to), symbols_of(test, step, to)), words, ROUND
    yield _table(symbols_of(train, 1), symbols_of(test, 1)), "the codes are rounded without the step", ROUND
    words = "the codes are multiplied by the step, not divided"
    yield _table(symbols_of(train, 1 / step), symbols_of(test, 1 / step)), words, ROUND
    pooled = torch.stack([lengths(known.flatten(), column) for column in fresh.T], 1)
    yield pooled, "one histogram for all the dimensions together", _FIT
    yield _table(fresh, fresh), "the histograms are those of the test codes", _FIT + " A receiver has no test codes."
    yield _table(every, fresh), "the histograms are those of training and test codes together", _FIT
    yield _table(fresh, fresh, count=0, escape=0), "the histograms are those of the test codes, not smoothed", _FIT
    yield _table(every, fresh, count=0, escape=0), "the histograms are those of all codes, not smoothed", _FIT
    yield _table(known, known), "the bits of the training images", "The histograms are of training, the bits of test."
    yield (
        _table(known, known, count=0, escape=0),
        "the entropy of the training symbols, without smoothing",
        "The histograms are of training, the bits of test: -log2 p of the symbols of the test images.",
    )
    for written in (0, 8, 16, 31, 33, 64):
        words = f"an escaped symbol costs {written} bits besides its escape, not {ESCAPED}"
        yield _table(known, fresh, written=written), words, _ESCAPE
    low, high = known.amin(0), known.amax(0)
    outside = (fresh < low) | (fresh > high)
    nearest = _table(known, torch.maximum(torch.minimum(fresh, high), low))
    yield nearest, "a symbol outside the range is coded as the nearest one inside", _ESCAPE
    for length, words in ((0.0, "nothing"), (float(ESCAPED), f"{ESCAPED} bits only, without the escape before them")):
        yield _table(known, fresh).masked_fill(outside, length), f"a symbol outside the range costs {words}", _ESCAPE
    without = _table(known, fresh, escape=0)
    sizes = (high - low + 1 + len(known)).double().log2()
    yield without, f"the escape has no count: a symbol outside the range costs {ESCAPED} bits only", _SMOOTH
    for written in (0, ESCAPED):
        words = f"the escape is not counted in the denominator, and costs as if it were seen once, and {written} bits"
        yield torch.where(outside, sizes + written, without), words, _SMOOTH
    yield _table(known, fresh, escape=2), "a count of 2 for the escape", _SMOOTH
    yield (
        _table(known, fresh, seen_only=True),
        "between the smallest and the largest symbol only those that occur in training get a count",
        _SMOOTH,
    )
    yield (
        _table(known, fresh, count=0, seen_only=True),
        "the counts are as they are: symbols of training are not smoothed",
        _SMOOTH,
    )
    yield _table(known, fresh, count=0.5), "1/2 is added to each count, not 1", _SMOOTH
    yield _table(known, fresh, count=0.5, escape=0.5), "1/2 is added to each count, not 1", _SMOOTH
    for words, total in (
        ("the number of training images: the probabilities do not add up to 1", lambda whole, n, m: n),
        ("N + 1: the probabilities do not add up to 1", lambda whole, n, m: n + 1),
        ("one too small", lambda whole, n, m: whole - 1),
        ("one too large", lambda whole, n, m: whole + 1),
        ("made with the number of test images", lambda whole, n, m: whole - n + m),
    ):
        yield _table(known, fresh, total=total), f"the denominator is {words}", _SMOOTH
    for eps in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12):
        share = (-_table(known, fresh, count=0, escape=0, written=math.inf)).exp2()
        words = f"the counts are not smoothed; {eps:g} is added to each probability"
        yield -(share + eps).log2(), words, _SMOOTH
        yield -share.clamp(min=eps).log2(), f"the counts are not smoothed; a probability is at least {eps:g}", _SMOOTH
    wide = (high - low + 1).double().log2()
    flat = wide.expand(len(fresh), -1)
    yield flat, "as many bits as the range has symbols, whatever their frequency: log2 of their number", _SMOOTH
    yield flat.ceil(), "whole bits for the range of symbols, whatever their frequency", _SMOOTH


def _readings(table: Tensor) -> Iterator[Cause]:
    """One number from a table of lengths (M, k): the right one first."""
    each = table.sum(1)
    bits = each.mean().item()
    yield bits, "", ""
    yield bits * math.log(2), "in nats: the natural logarithm", _LOG
    yield bits * math.log10(2), "with the logarithm to base 10", _LOG
    yield -bits, "the sign is missing", _LOG
    yield table.mean().item(), "the mean over the dimensions, not their sum", _SUM
    yield table.mean().item() * math.log(2), "in nats, and the mean over the dimensions, not their sum", _SUM
    yield each.sum().item(), "the sum over the test images, not their mean", _SUM
    yield each.sum().item() * math.log(2), "in nats, and the sum over the test images, not their mean", _SUM
    yield table.mean(0).max().item(), "the largest over the dimensions, not their sum", _SUM
    yield table[:, 0].mean().item(), "the first dimension only", _SUM
    yield table[:, -1].mean().item(), "the last dimension only", _SUM
    yield each[0].item(), "the first test image only", _SUM
    yield each[-1].item(), "the last test image only", _SUM
    yield each.median().item(), "the median over the test images", _SUM
    yield each.max().item(), "the largest over the test images", _SUM
    yield bits / 784, "divided by the number of pixels", "Bits per image, not per pixel."
    yield bits / 8, "in bytes", "In bits."
    whole = "An ideal code needs -log2 p bits, which is no whole number; nothing is rounded."
    yield table.ceil().sum(1).mean().item(), "each symbol is given whole bits", whole
    yield each.ceil().mean().item(), "each image is given whole bits", whole
    for digits in (0, 1, 2, 3):
        yield round(bits, digits), "the right number, but rounded", "Rounding is for print: return it as it is."


def wrong_rates(train: Tensor, test: Tensor, step: float) -> Iterator[Cause]:
    """What one mistake gives in place of the bits per image, then two at once: (number, what was done, hint)."""
    pairs = []
    for name, unit in (("the natural logarithm: in nats", math.log(2)), ("the logarithm to base 10", math.log10(2))):
        table = unit * _table(symbols_of(train, step), symbols_of(test, step), written=ESCAPED / unit)
        for number, read, why in _readings(table):
            words = "; and ".join(part for part in (f"{name}, but for the {ESCAPED} bits of an escape", read) if part)
            yield number, words, f"{_LOG} {why}".rstrip()
    for table, done, where in _tables(train, test, step):
        for bits, read, why in _readings(table):
            if done and read:
                pairs.append((bits, f"{done}; and {read}", f"{where} {why}"))
            elif done or read:
                yield bits, done or read, where or why
    yield from pairs
