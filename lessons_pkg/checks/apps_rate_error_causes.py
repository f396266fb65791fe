"""Task 6.3: the error of images rebuilt from a quantised code, and what typical mistakes give in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from lessons_pkg.checks.apps_rate_causes import ESCAPED, ROUND, symbols_of
from lessons_pkg.checks.error_causes import Cause, mse, wrong_units

__all__ = ["error_of", "wrong_errors"]


@torch.no_grad()
def error_of(decode: Callable[[Tensor], Tensor], codes: Tensor, images: Tensor, step: float) -> float:
    """Squared error per pixel of the dequantised codes (M, k), decoded and clipped to [0, 1]."""
    return mse(_decoded(decode, symbols_of(codes, step) * step).clamp(0, 1), images.double())


def _decoded(decode: Callable[[Tensor], Tensor], codes: Tensor) -> Tensor:
    return decode(codes.float()).double()


@torch.no_grad()
def _rebuilt(
    decode: Callable[[Tensor], Tensor], train: Tensor, test: Tensor, step: float
) -> Iterator[tuple[Tensor, str, str]]:
    """Reconstructions as typical mistakes make them: the right one first."""
    back = "What arrives at the decoder is the symbol. symbol * step is the code again, nearly: the dequantised code."
    clip = "clamp(0, 1) of the reconstruction, before the error: a pixel is not darker than black."
    symbols = symbols_of(test, step)
    drawn = _decoded(decode, symbols * step)
    yield drawn.clamp(0, 1), "", ""
    yield drawn, "not clipped to [0, 1]", clip
    yield drawn.clamp(0, 1).round(), "the pixels are rounded to black and white", "Only the codes are rounded."
    yield _decoded(decode, test).clamp(0, 1), "the reconstruction of the codes themselves, not quantised", back
    yield _decoded(decode, test), "the reconstruction of the codes themselves, not quantised, and not clipped", back
    yield _decoded(decode, symbols).clamp(0, 1), "the symbols are decoded, not the dequantised codes", back
    yield _decoded(decode, symbols), "the symbols are decoded, not the dequantised codes, and nothing is clipped", back
    yield _decoded(decode, symbols / step).clamp(0, 1), "the symbols are divided by the step, not multiplied", back
    for name, to, more in (
        ("floor", torch.floor, 0.0),
        ("floor, and the middle between two symbols", torch.floor, 0.5),
        ("trunc", torch.trunc, 0.0),
        ("ceil", torch.ceil, 0.0),
        ("round, and half a step more", torch.round, 0.5),
        ("round, and half a step less", torch.round, -0.5),
    ):
        moved = _decoded(decode, (symbols_of(test, step, to) + more) * step)
        yield moved.clamp(0, 1), f"dequantised by {name}", f"{ROUND} {back}"
        yield moved, f"dequantised by {name}, and not clipped", f"{ROUND} {back}"
    whole = symbols_of(test, 1)
    yield _decoded(decode, whole).clamp(0, 1), "the codes are rounded without the step", ROUND
    known = symbols_of(train, step)
    inside = torch.maximum(torch.minimum(symbols, known.amax(0)), known.amin(0))
    written = f"An escaped symbol is written out in its {ESCAPED} bits: the decoder gets it like any other."
    yield _decoded(decode, inside * step).clamp(0, 1), "symbols outside the range are moved into it", written
    for filler, name in ((torch.zeros_like(symbols), "0"), (known.amin(0) - 1, "one less than the smallest")):
        lost = torch.where(inside == symbols, symbols, filler)
        yield _decoded(decode, lost * step).clamp(0, 1), f"symbols outside the range are decoded as {name}", written
    clipped = (symbols * step).clamp(0, 1)
    yield _decoded(decode, clipped), "the codes are clipped to [0, 1], not the reconstruction", clip
    yield _decoded(decode, clipped).clamp(0, 1), "the codes are clipped to [0, 1] too", clip


@torch.no_grad()
def wrong_errors(
    decode: Callable[[Tensor], Tensor], train: Tensor, test: Tensor, known: Tensor, images: Tensor, step: float
) -> Iterator[Cause]:
    """What one mistake gives in place of the error, then two at once: (number, what was done, hint).

    train, test: codes; known, images: the images that they are codes of.
    """
    all_of_them, pairs, target = "The mean over all pixels of all test images.", [], images.double()
    for rebuilt, done, where in _rebuilt(decode, train, test, step):
        if done:
            yield mse(rebuilt, target), done, where
        else:
            each = (rebuilt - target).square().flatten(1).mean(1)
            yield each[0].item(), "the error of the first test image only", all_of_them
            yield each[-1].item(), "the error of the last test image only", all_of_them
            yield each.max().item(), "the largest error of an image", all_of_them
            yield each.median().item(), "the median over the images", all_of_them
        for error, unit, why in wrong_units(rebuilt, target, len(images)):
            if done:
                pairs.append((error, f"{done}; and {unit}", f"{where} {why}"))
            else:
                yield error, unit, why
    yield error_of(decode, train, known, step), "the error on the training images", "The error is that of test."
    yield from pairs
