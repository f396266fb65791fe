"""Bits against error: which settings of a coder are worth using, and how two coders compare.

A coder is measured at many settings. What is worth using is chosen on held-out images, by their bits and their error
and, where few images are sent, by the share of the decoder that each of them has to carry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Point", "bits_at", "break_even", "error_at", "front", "points_in", "psnr"]

BITS_PER_NUMBER = 16  # of a decoder's parameter or table entry, in half precision or as a whole number


@dataclass(frozen=True)
class Point:
    """A coder at one setting: (bits per image, squared error per pixel) on held-out images and on test images.

    numbers: what the receiver needs beforehand, the decoder and the model of the symbols, at 16 bits each.
    """

    held_out: tuple[float, float]
    test: tuple[float, float]
    numbers: int = 0

    def share(self, images: float) -> float:
        """The receiver's numbers in bits per image, if so many images are sent; 0 for infinitely many."""
        return BITS_PER_NUMBER * self.numbers / images


def points_in(stored: Mapping | Sequence) -> list[Point]:
    """All points in a part of a result file: dicts of held_out, test and numbers, however deep, or [bits, error].

    A pair (of a file format, which has nothing to choose and no decoder to send) is its own held-out point.
    """
    if isinstance(stored, Sequence):
        return [Point(tuple(stored), tuple(stored))]
    if "held_out" in stored:
        return [Point(tuple(stored["held_out"]), tuple(stored["test"]), stored["numbers"])]
    return [point for part in stored.values() for point in points_in(part)]


def front(points: Iterable[Point], *, images: float = math.inf) -> list[tuple[float, float]]:
    """The settings that no other beats on held-out images in both bits and error; as (bits, error) on test images.

    images: how many are sent; each carries its share of the decoder. Sorted by the bits on held-out images.
    Raises ValueError without points.
    """
    points = sorted(points, key=lambda point: (point.held_out[0] + point.share(images), point.held_out[1]))
    if not points:
        raise ValueError("there are no points: nothing was measured")
    kept: list[Point] = []
    for point in points:
        if not kept or point.held_out[1] < kept[-1].held_out[1]:
            kept.append(point)
    return [(point.test[0] + point.share(images), point.test[1]) for point in kept]


def error_at(curve: Sequence[tuple[float, float]], bits: float) -> float:
    """The error of a curve at so many bits, between its points on a straight line in both logarithms; else NaN."""
    return _between(*zip(*curve, strict=True), bits)


def bits_at(curve: Sequence[tuple[float, float]], error: float) -> float:
    """The bits of a curve at this error, in the same way; NaN where the curve does not reach it."""
    bits, errors = zip(*curve, strict=True)
    return _between(errors, bits, error)


def _between(x: Sequence[float], y: Sequence[float], at: float) -> float:
    order = np.argsort(x)
    x, y = np.log(np.asarray(x)[order]), np.log(np.asarray(y)[order])
    return float(np.exp(np.interp(math.log(at), x, y, left=math.nan, right=math.nan)))


def psnr(error: float) -> float:
    """Peak signal-to-noise ratio in decibels, for pixels in [0, 1]: -10 log10 of the mean squared error per pixel."""
    return -10 * math.log10(error)


def break_even(one: Sequence[Point], other: Sequence[Point], error: float, *, most: float = 1e9) -> float:
    """From how many images on ``one`` takes fewer bits than ``other`` at this error, decoders included.

    Infinity if it does not for ``most`` images (or cannot reach the error at all); NaN if ``other`` cannot reach it.
    """

    def wins(images: float) -> bool:
        mine, theirs = (bits_at(front(points, images=images), error) for points in (one, other))
        return mine < theirs

    if math.isnan(bits_at(front(other), error)):
        return math.nan
    if not wins(most):
        return math.inf
    low, high = 1.0, most
    while high / low > 1.01:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if wins(middle) else (middle, high)
    return high
