"""Task 4.2: a grid over the box of the codes, decoded. The check reads in every image which code was decoded."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.activations import ACTIVATIONS
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_encoding import expect_mode_kept
from lessons_pkg.checks.latent_grid_causes import GRIDS, grid_of
from lessons_pkg.checks.latent_probes import Probe, asked, expect_no_gradient, explained_throughout, words_of
from lessons_pkg.checks.latent_stand_ins import StandIn
from lessons_pkg.checks.values import show

__all__ = ["decode_grid"]


@check("4.2", "decode_grid")
def decode_grid(t: Trial, answer: Any, seed: int) -> None:
    """Task 4.2: decode_grid(model, codes, steps) -> images (steps, steps, 1, 32, 32), the highest z_2 at the top."""
    t.need("decode_grid is a function")
    t.is_function(answer, "decode_grid")
    model = StandIn(2).eval()
    probes = [{"codes": _codes(seed + i, 60 - i), "steps": steps} for i, steps in enumerate((5, 2, 8))]

    t.need("it gives steps x steps images, without gradient")
    sheets = [_sheet(t, answer, model, probe) for probe in probes]
    t.need("each image is what decode makes of one code, in evaluation mode")
    for probe, sheet in zip(probes, sheets, strict=True):
        _expect_decoded(t, model, probe, sheet)
    t.need("the codes are the grid over the box, row 0 with the highest z_2 and column 0 with the lowest z_1")
    _expect_grid(t, probes, [model.read(sheet) for sheet in sheets])
    t.need("a model that comes in training mode is read in evaluation mode and left in training mode")
    model.train()
    sheet = _sheet(t, answer, model, probes[0])
    _expect_decoded(t, model, probes[0], sheet)
    expect_mode_kept(t, model, training=True)
    _expect_grid(t, probes[:1], [model.read(sheet)])
    t.need("a model that comes in evaluation mode is left in it")
    model.eval()
    _sheet(t, answer, model, probes[1])
    expect_mode_kept(t, model, training=False)


def _codes(seed: int, count: int) -> Tensor:
    """Longer in one dimension than in the other, and not about 0."""
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(count, 2, generator=draw) @ torch.tensor([[2.6, 0.9], [0.0, 0.8]]) + torch.tensor([1.7, -0.9])


def _sheet(t: Trial, answer: Any, model: StandIn, probe: Probe) -> Tensor:
    steps = probe["steps"]
    value = asked(t, answer, "decode_grid", {"model": model, **probe}, explain=_hint)
    expected = f"images of shape {(steps, steps, 1, 32, 32)}"
    hint = "Join the images to one tensor: torch.stack, or decode the whole grid at once and unflatten it."
    sheet = t.tensor(value, "it returned", expected=expected, hint=hint)
    expect_no_gradient(t, sheet, "the images")
    if sheet.shape != (steps, steps, 1, 32, 32):
        found, hint = f"it returned {show(sheet)}", "decode gives (N, 1, 32, 32): which axis holds what?"
        if sheet.shape == (steps * steps, 1, 32, 32):
            found += ": the images stand in one row"
            hint = "unflatten(0, (steps, steps)) puts them into rows and columns."
        elif sheet.shape in ((steps, steps, 32, 32), (steps * steps, 32, 32)):
            found += ": the dimension of the channels is lost"
            hint = "An image is (1, 32, 32), also with one channel: does squeeze() take it away?"
        elif sheet.numel() == steps * steps * 1024 and sheet.shape[-1] == 32 * steps:
            found += ": the images are glued together to one large picture"
            hint = "plots.image_sheet lays them side by side; leave each image by itself."
        elif sheet.shape[-1] == 2 and sheet.numel() == 2 * steps * steps:
            found, hint = found + ": the codes of the grid, not their images", "model.decode turns codes into images."
        elif sheet.shape[:2] != (steps, steps) and sheet.ndim == 5:
            found += f": {sheet.shape[0]} rows and {sheet.shape[1]} columns for steps={steps}"
            hint = "There are steps values of z_1 and steps values of z_2: is a number of steps fixed there?"
        t.fail(expected=expected, found=found, hint=hint)
    if sheet.dtype not in (torch.float32, torch.float64):
        hint = "Give the images as decode makes them: float32. Another dtype is a matter for a file or a picture."
        t.fail(expected=expected, found=f"it returned {show(sheet)}", hint=hint)
    return sheet.float()


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "decode takes codes" in text:
        return "decode takes a list of codes (N, 2): flatten the grid to it, decode, and unflatten the images."
    if "linspace" in text or "Boolean value of Tensor" in text:
        return "linspace takes two numbers, a lowest and a highest: one dimension of the codes at a time."
    if "encode takes images" in text:
        return "Codes come in and images go out: decode is enough."
    if isinstance(error, AttributeError) and "StandIn" in text:
        return "A model has encode, decode and forward. How it calls its layers is its own affair."
    if "same dtype" in text or "expected m1 and m2" in text or "same type" in text:
        return "The codes are float32: are those of your grid of another kind? grid.to(codes.dtype)"
    return ""


def _expect_decoded(t: Trial, model: StandIn, probe: Probe, sheet: Tensor) -> None:
    """Every image is grey + z_1 A + z_2 B for some z."""
    nearest = model.drawn(model.read(sheet))
    if torch.allclose(sheet, nearest, atol=1e-3):
        return
    expected = "images as decode gives them"
    steps = probe["steps"]
    right = model.drawn(grid_of(**probe))
    flat_right, flat = right.flatten(0, 1), sheet.flatten(0, 1)
    whole = [right, *(model.drawn(does(**probe)) for _, does, _ in GRIDS)]
    if any(model.dropped(sheet, guess) for guess in whole):
        t.fail(
            expected=expected,
            found="dropout is at work: the model is read in training mode",
            hint="model.eval() before, and the mode it came in afterwards.",
        )
    changes = {f"{name} of them": f for name, f in ACTIVATIONS.items()}
    changes |= {
        "the images times 255": lambda x: 255 * x,
        "the images scaled from [-1, 1] to [0, 1]": lambda x: (x + 1) / 2,
        "each image stretched from black to white": _stretched,
        "the images inverted": lambda x: 1 - x,
    }
    for name, f in changes.items():
        if any(torch.allclose(sheet, f(guess), atol=1e-3) for guess in whole):
            hint = "Give the images as decode makes them: what a grey value means is a matter for the picture."
            t.fail(expected=expected, found=name, hint=hint)
    for turned, words in (
        (sheet.transpose(-1, -2), "rows and columns are exchanged inside each image"),
        (sheet.flip(-2), "each image is upside down in itself"),
        (sheet.flip(-1), "each image is mirrored in itself"),
        (sheet.flip(-1, -2), "each image is turned by half a turn in itself"),
    ):
        if torch.allclose(turned, model.drawn(model.read(turned)), atol=1e-3):
            hint = "The first two axes are those of the grid, the last two those of an image: turn the grid only."
            t.fail(expected=expected, found=words, hint=hint)
    if torch.allclose(flat.flatten().sort().values, flat_right.flatten().sort().values, atol=1e-3):
        t.fail(
            expected=expected,
            found="the pixels of different images are mixed",
            hint="A reshape across a permuted axis deals the pixels out anew: unflatten only the first axis.",
        )
    if (empty := (flat == 0).flatten(1).all(1)).any():
        found = f"{int(empty.sum())} of {steps * steps} images are all 0"
        t.fail(expected=expected, found=found, hint="Is every cell of a preallocated sheet filled?")
    t.fail(
        expected=expected,
        found="images that the model's decode gives for no code at all",
        hint="What happens to an image after decode? Is the model in evaluation mode?",
    )


def _stretched(images: Tensor) -> Tensor:
    low, high = images.flatten(2).amin(2), images.flatten(2).amax(2)
    return (images - low[..., None, None, None]) / (high - low)[..., None, None, None]


def _expect_grid(t: Trial, probes: list[Probe], read: list[Tensor]) -> None:
    right = [grid_of(**probe) for probe in probes]
    wrong = [i for i, (value, target) in enumerate(zip(read, right, strict=True)) if not _same_codes(value, target)]
    if not wrong:
        return
    first = wrong[0]
    corners = {"top left": (0, 0), "top right": (0, -1), "bottom left": (-1, 0), "bottom right": (-1, -1)}
    name, place = next(
        ((name, place) for name, place in corners.items() if not _same_codes(read[first][place], right[first][place])),
        ("", (0, 0)),
    )
    if not name:
        cells = [(i, j) for i in range(probes[first]["steps"]) for j in range(probes[first]["steps"])]
        place = next(cell for cell in cells if not _same_codes(read[first][cell], right[first][cell]))
        name = f"[{place[0]}, {place[1]}]"
    cause = explained_throughout(read, right, probes, GRIDS, _same_codes) or _odd(probes[first], read[first])
    call = words_of("decode_grid", {"model": t.call, **probes[first]})
    t.fail(
        expected=f"{call}: the {name} image is that of z = {_point(right[first][place])}",
        found=f"that of z = {_point(read[first][place])}: {cause[0]}",
        hint=cause[1],
    )


def _odd(probe: Probe, read: Tensor) -> tuple[str, str]:
    codes, steps = probe["codes"].double(), probe["steps"]
    flat = read.flatten(0, 1)
    if torch.cdist(flat, codes).amin(1).max() < 1e-3:
        return "no grid: every image is that of one of the codes", "The points of the grid need not be codes."
    lowest, highest = flat.amin(0), flat.amax(0)
    if (lowest < codes.amin(0) - 1e-3).any() or (highest > codes.amax(0) + 1e-3).any():
        return "the grid leaves the box of the codes", "From the lowest number of each dimension to the highest."
    even = torch.linspace(0, 1, steps, dtype=torch.float64)
    rows = (read[:, :, 1] - read[:, :1, 1]).abs().amax() < 1e-3 and (read[:, :, 0] - read[:1, :, 0]).abs().amax() < 1e-3
    if not rows:
        return (
            "z_1 is not the same all along a column, or z_2 all along a row",
            "Every z_1 meets every z_2: is it a grid, or points drawn by chance?",
        )
    across = read[0, :, 0]
    if not torch.allclose(across, across[0] + (across[-1] - across[0]) * even, atol=1e-3):
        return "the steps are unequal", "Equal steps: torch.linspace."
    return "another part of the plane than the box of these codes", "From amin(0) to amax(0) of the codes."


def _same_codes(value: Tensor, target: Tensor) -> bool:
    return value.shape == target.shape and torch.allclose(value, target, atol=3e-3, rtol=1e-3)


def _point(z: Tensor) -> str:
    return f"({z[0]:.2f}, {z[1]:.2f})"
