"""Task 6.3: one point of a rate-distortion curve: the bits of quantised codes, the error of what is rebuilt."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_rate_causes import ESCAPED, rate_of, wrong_rates
from lessons_pkg.checks.apps_rate_error_causes import error_of, wrong_errors
from lessons_pkg.checks.apps_rate_stand_ins import drawn_case
from lessons_pkg.checks.error_causes import Cause
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_probes import Probe, asked, explained_throughout, first_wrong, words_of
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import as_float, close, number, return_hint, show

__all__ = ["rate_distortion"]

NAME = "rate_distortion"
_BITS = (
    "One dimension by hand: its symbols in training, their smallest and largest, the counts with one more for each, "
    "1 for the escape; then -log2(count / sum) of each test symbol. Add up the dimensions, average the images."
)
_ERROR = "symbols = round(z / step); decode(symbols * step), clipped to [0, 1]; then the mean squared error on test."


@check("6.3", NAME)
@untouched
def rate_distortion(t: Trial, answer: Any, seed: int) -> None:
    """Task 6.3: rate_distortion(encode, decode, train, test, step) -> (bits per image, error per pixel)."""
    t.need("rate_distortion is a function")
    t.is_function(answer, NAME)
    probes = [
        drawn_case(seed, sizes=(3.0, 1.0, 0.4), step=0.5, train=300, test=120),
        drawn_case(seed + 2, sizes=(2.0, 5.0, 0.0, 0.7, 1.2), step=1.3, train=250, test=99),
        drawn_case(seed + 4, sizes=(4.0,), step=0.07, train=90, test=64),
        drawn_case(seed + 6, sizes=(1.5, 0.6), step=40.0, train=120, test=150),
        drawn_case(seed + 8, sizes=(1.0, 2.5, 0.3), step=0.21, train=200, test=1),
    ]
    codes = [_codes_of(probe) for probe in probes]

    t.need("it returns two numbers: bits per image and error per pixel")
    found = [_pair(t, asked(t, answer, NAME, probe, _hint), probe) for probe in probes]
    rates = [rate_of(**one) for one in codes]
    errors = [
        error_of(probe["decode"], one["test"], probe["test"], one["step"])
        for probe, one in zip(probes, codes, strict=True)
    ]
    if all(_same(error, bits) for (_, error), bits in zip(found, rates, strict=True)):
        found_words = "the two numbers are exchanged"
        t.fail(expected="(bits, error)", found=found_words, hint="First the bits per image, then the error.")

    t.need("the bits: -log2 p of the test symbols, by histograms of the training symbols")
    given = [bits for bits, _ in found]
    _expect(t, "bits", given, rates, probes, [wrong_rates(**one) for one in codes], _odd_bits(given), _BITS)

    t.need("the error: of the dequantised codes, decoded and clipped, per pixel of the test images")
    given = [error for _, error in found]
    guesses = [
        wrong_errors(probe["decode"], one["train"], one["test"], probe["train"], probe["test"], one["step"])
        for probe, one in zip(probes, codes, strict=True)
    ]
    _expect(t, "error", given, errors, probes, guesses, _odd_error(given), _ERROR)


@torch.no_grad()
def _codes_of(probe: Probe) -> dict[str, Any]:
    train, test = (probe["encode"](probe[name]) for name in ("train", "test"))
    return {"train": train, "test": test, "step": probe["step"]}


def _pair(t: Trial, value: Any, probe: Probe) -> tuple[float, float]:
    expected = "two Python floats: bits, error"
    call = words_of(NAME, probe)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        hint = return_hint(value, "return bits, error: first the bits per image, then the error per pixel.")
        t.fail(expected=expected, found=f"{call} returned {show(value)}", hint=hint)
    floats = [as_float(one) for one in value]
    for one, name in zip(value, ("bits", "error"), strict=True):
        if as_float(one) is None:
            hint = return_hint(one, f"{name} is one number, a Python float.")
            if isinstance(one, Tensor) or type(one).__module__ == "numpy":
                hint = ".item() makes a float of a tensor or an array that holds one number."
                if getattr(one, "ndim", 0):
                    hint = f"{name} is one number for all the test images together: their mean."
            t.fail(expected=expected, found=f"{call}: {name} is {show(one)}", hint=hint)
    return floats[0], floats[1]


def _expect(
    t: Trial,
    name: str,
    found: list[float],
    right: list[float],
    probes: list[Probe],
    guesses: list[Iterable[Cause]],
    odd: str,
    by_hand: str,
) -> None:
    """These numbers are right; if not, the one mistake that gives all of them is named."""
    first = first_wrong(found, right, _same)
    if first is None:
        return
    call = words_of(NAME, probes[first])
    cause = (odd, by_hand) if odd else None
    if cause is None:
        listed = [list(some) for some in guesses]
        mistakes = [(words, lambda numbers, i=i: numbers[i], hint) for i, (_, words, hint) in enumerate(listed[first])]
        numbers = [{"numbers": [number for number, *_ in some]} for some in listed]
        cause = explained_throughout(found, right, numbers, mistakes, _same, alone=False)
    if cause is None:
        wrong = sum(not _same(*pair) for pair in zip(found, right, strict=True))
        cause = f"a number that no usual mistake explains, in {wrong} of {len(found)} cases", by_hand
    t.fail(
        expected=f"{call}: {name} = {number(right[first])}",
        found=f"{name} = {number(found[first])}: {cause[0]}",
        hint=cause[1],
    )


def _odd_bits(bits: list[float]) -> str:
    if any(math.isnan(one) for one in bits):
        return "NaN: 0 log 0, or a division by zero"
    if any(math.isinf(one) for one in bits):
        return f"infinite: some test symbol has the probability 0. The escape costs its own bits and {ESCAPED} more"
    return ""


def _odd_error(errors: list[float]) -> str:
    return "" if all(map(math.isfinite, errors)) else "not a finite number"


def _same(value: float, target: float) -> bool:
    return close(value, target, rel=1e-4, abs=1e-7)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "encode takes images" in text:
        return (
            "encode takes a batch of images as they come, (N, 1, 28, 28), and gives (N, k): images[i] has lost its "
            "first dimension, and nothing is flattened before."
        )
    if "decode takes codes" in text:
        return "decode takes a batch of codes (N, k), one row for each image: not one number or one dimension alone."
    if "same dtype" in text or "expected m1 and m2" in text or "expected scalar type" in text:
        return (
            "decode takes float32 codes. Are these symbols, whole numbers, that nobody has multiplied by the step, "
            "or numbers in float64?"
        )
    if "numpy()" in text and "grad" in text:
        return "Measuring needs no gradients: with torch.no_grad()."
    if "bincount" in text or ("non-negative" in text and "negative" in text):
        return "bincount counts whole numbers from 0 on: take away the smallest symbol of the dimension first."
    if isinstance(error, (IndexError, KeyError)) or "out of bounds" in text or "out of range" in text:
        return "Some test symbols are smaller or larger than every symbol of training: these are escaped."
    if "math domain error" in text or "log2" in text or isinstance(error, ZeroDivisionError):
        return "Is there a probability of 0? Each count of the range is one more than seen, and the escape has 1."
    if isinstance(error, AttributeError) and "Coder" in text:
        return "encode and decode are functions here: call them, and ask nothing else of them."
    if "histogram" in text or "histc" in text:
        return "One whole number, one place: torch.bincount counts them, after the smallest is taken away."
    return ""
