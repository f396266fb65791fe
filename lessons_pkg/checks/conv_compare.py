"""Task 2.5: three errors on the same test images at equal code size: the model, PCA, and PCA of 4x4 patches."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.conv_compare_causes import (
    NUMBERS,
    PER_CELL,
    model_mistakes,
    patch_mistakes,
    pca_mistakes,
    squares,
)
from lessons_pkg.checks.error_causes import pca_error
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import as_float, close, explained_by, number, return_hint, show

__all__ = ["compare"]

KEYS = ("model", "pca", "patch_pca")
EXACT = 2e-4  # relative: what float32 may lose
SLACK = 1.2e-2  # a randomised PCA, such as scikit-learn's default, is not exact, and may differ by so much


class _Model(nn.Module):
    """A small autoencoder with a code of 4x7x7 and noise in training mode; it remembers how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.inward = nn.Conv2d(1, 4, 4, 4)
        self.noise = nn.Dropout(0.3)
        self.outward = nn.ConvTranspose2d(4, 1, 4, 4)
        self.asked: list[bool] = []

    def encode(self, x: Tensor) -> Tensor:
        self.asked.append(self.training)
        return self.noise(self.inward(x))

    def decode(self, z: Tensor) -> Tensor:
        return self.outward(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


@check("2.5", "compare")
def compare(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.5: compare(model, train, test) -> {"model": ..., "pca": ..., "patch_pca": ...}, per pixel, on test."""
    t.need("compare is a function")
    t.is_function(answer, "compare")
    # More than a thousand of each, so that whoever takes the first thousand is seen.
    train, test = _images(1100, seed), _images(1037, seed + 1, turned=True)
    # The last images differ, so that it makes another number to leave them out, or to give them another weight.
    test[-37:] = _images(37, seed + 2) ** 0.5
    train[-100:] = _images(100, seed + 5, turned=True) ** 0.5
    _expect(t, answer, train, test, training=False)
    t.need("it works for a model that comes in training mode, and for other sets")
    _expect(t, answer, _images(240, seed + 3, turned=True), _images(90, seed + 4), training=True)
    if torch.cuda.is_available():
        t.need("it works for a model on the GPU with images on the CPU")
        _expect(t, answer, _images(240, seed + 3), _images(90, seed + 4), training=False, device="cuda")


def _images(n: int, seed: int, *, turned: bool = False) -> Tensor:
    """(n, 1, 28, 28) in [0, 1]: cosines, the finer the weaker, so that each direction counts, on a striped mean.

    As in MNIST's images, there are squares of 4x4 pixels without any ink.
    """
    i = torch.arange(28)
    waves = torch.cos(math.pi * (i[:, None] + 0.5) * i / 28)
    waves = waves / waves.norm(dim=0)
    fineness = i[:, None] ** 2 + 3 * i**2
    order = (fineness.T if turned else fineness).flatten().argsort().argsort().reshape(28, 28)
    drawn = torch.randn(n, 28, 28, generator=torch.Generator().manual_seed(seed)) * torch.exp(-order / 60)
    texture = waves @ drawn @ waves.T
    stripes = (i[:, None] + 2 * i) % 4 / 3
    mean = 0.3 + 0.05 * turned + 0.15 * stripes
    images = (mean + 0.15 * texture / texture.std()).clamp(0, 1).unsqueeze(1)
    images[::3, :, 16:, :20] = 0
    return images


def _expect(t: Trial, answer: Any, train: Tensor, test: Tensor, *, training: bool, device: str = "cpu") -> None:
    model = _Model().to(device).train(training)
    before, given = copy.deepcopy(model), (train.clone(), test.clone())
    t.need(f"compare(model, train, test) gives a dict of three floats ({len(train)} and {len(test):,} images)")
    found = t.call(answer, model, *given, doing="compare(model, train, test)", explain=_hint)
    values = _floats(t, found)
    plain = copy.deepcopy(before).cpu().eval()
    with torch.no_grad():
        targets = dict(zip(KEYS, (
            (plain(test) - test).square().mean().item(),
            pca_error(train, test, NUMBERS),
            pca_error(squares(train), squares(test), PER_CELL),
        ), strict=True))  # fmt: skip
        _expect_model(t, values, targets, plain, model, train, test)
        for key, mistakes in (("pca", pca_mistakes), ("patch_pca", patch_mistakes)):
            t.need(f"{key!r} is right ({len(train)} and {len(test):,} images)")
            _expect_value(t, key, values, targets, mistakes(train, test))
    t.need("the model and the images are left as they came")
    _expect_nothing_changed(t, model, before, given, (train, test))


def _floats(t: Trial, found: Any) -> dict[str, float]:
    expected = "a dict with the keys 'model', 'pca' and 'patch_pca'"
    if not isinstance(found, dict):
        t.fail(expected=expected, found=f"it returned {show(found)}", hint=return_hint(found, "Return a dict."))
    missing = [key for key in KEYS if key not in found]
    if missing:
        t.fail(
            expected=expected,
            found=f"no entry {', '.join(map(repr, missing))}; there are {', '.join(map(show, found)) or 'no entries'}",
            hint="The names of the entries are part of the task.",
        )
    values = {}
    for key in KEYS:
        value = as_float(found[key])
        if value is None:
            hint = "One number for each key, a Python float."
            if isinstance(found[key], (Tensor, np.generic, np.ndarray)):
                hint = "A number in a tensor or in numpy becomes a float by .item()."
            t.fail(expected="Python floats", found=f"under {key!r} there is {show(found[key])}", hint=hint)
        values[key] = value
    return values


def _expect_model(
    t: Trial,
    values: dict[str, float],
    targets: dict[str, float],
    plain: nn.Module,
    model: _Model,
    train: Tensor,
    test: Tensor,
) -> None:
    t.need(f"'model' is right ({len(train)} and {len(test):,} images)")
    if not model.asked:
        t.fail(
            expected="the reconstructions of the model that is given",
            found="the model that was given was never asked: another one was, or none",
            hint="Use the arguments; a name from outside the function may be another model.",
        )
    if any(model.asked) and not close(values["model"], targets["model"], rel=EXACT):
        t.fail(
            expected=number(targets["model"]),
            found=f"{number(values['model'])}: the model was read in training mode, with dropout at work",
            hint="model.eval() before measuring, and its old mode again afterwards.",
        )
    slack = EXACT if next(model.parameters()).device.type == "cpu" else 5e-3  # a GPU may round to TF32
    _expect_value(t, "model", values, targets, model_mistakes(plain, train, test), slack)


def _expect_value(
    t: Trial,
    key: str,
    values: dict[str, float],
    targets: dict[str, float],
    mistakes: Iterable[tuple[float, str, str]],
    slack: float = EXACT,
) -> None:
    value, target = values[key], targets[key]
    if close(value, target, rel=slack):
        return
    expected = f"{key!r}: {number(target)} squared error per pixel on the test images"
    for other, right in targets.items():
        if other != key and close(value, right, rel=1e-4):
            t.fail(expected=expected, found=f"{number(value)}: that is {other!r}", hint="Which number goes where?")
    if not math.isfinite(value):
        t.fail(expected=expected, found=f"{value}", hint="Something is divided by zero, or a root of it is taken.")
    if abs(value) < 1e-9:
        found = f"{number(value)}: nothing is lost"
        t.fail(
            expected=expected,
            found=found,
            hint="As many components as numbers? Or is it held against itself?",
        )
    cause = _explained(key, value, target, mistakes)
    if cause is None and key != "model" and close(value, target, rel=SLACK):
        return
    if cause is None and key == "model":
        cause = (
            "a number that no usual mistake explains",
            "One step at a time: which images, what comes back for them, squared, averaged over what?",
        )
    elif cause is None and value < target:
        cause = (
            "less than these components leave",
            "More numbers than asked for? Fitted on what it is tried on? And exact, by svd or eigh (no approximation)?",
        )
    elif cause is None:
        cause = (
            "more than the exact principal components leave",
            "The right rows, centred, the largest first? And exact, by svd or eigh (no approximation)?",
        )
    t.fail(expected=expected, found=f"{number(value)}: {cause[0]}", hint=cause[1])


def _explained(
    key: str, value: float, target: float, mistakes: Iterable[tuple[float, str, str]]
) -> tuple[str, str] | None:
    if key == "model":  # nothing is drawn by lot there, so a mistake is met exactly or not at all
        return explained_by(value, mistakes, rel=5e-5)
    tried = []
    for mistake in mistakes:  # one after the other, because each costs time
        if close(value, mistake[0], rel=EXACT / 10):
            return mistake[1:]
        tried.append(mistake)
    if cause := explained_by(value, tried, rel=EXACT):
        return cause
    # A randomised PCA meets a mistake only nearly; near the right number, everything would look like one.
    return explained_by(value, [mistake for mistake in tried if not close(mistake[0], target, rel=0.1)], rel=5e-3)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "requires grad" in text or "Can't call numpy()" in text:
        return "These numbers carry gradients. Nothing is trained here: with torch.no_grad()."
    if "mat1 and mat2" in text or "must be a matrix" in text or "must match the size" in text:
        return "Print the shapes of what meets there. PCA wants rows: (N, 784) for images, (N * 49, 16) for patches."
    if "n_components" in text:
        return "Patches are rows of 16 numbers, images rows of 784: which of them came here?"
    if "has no attribute 'images'" in text:
        return "train and test are tensors of images (N, 1, 28, 28) already."
    if "view size is not compatible" in text:
        return "After permute or transpose the numbers do not lie in that order: reshape copies them, view refuses."
    return ""


def _expect_nothing_changed(
    t: Trial, model: nn.Module, before: nn.Module, given: tuple[Tensor, ...], images: tuple[Tensor, ...]
) -> None:
    for name, now, old in zip(("train", "test"), given, images, strict=True):
        if not torch.equal(now, old):
            t.fail(
                expected="the images unchanged",
                found=f"it changed the images of {name} in place",
                hint="x -= x.mean(0) writes into the caller's images; x = x - x.mean(0) does not.",
            )
    there, now = (next(one.parameters()).device for one in (before, model))
    if now != there:
        t.fail(
            expected=f"the model on {there}, where it came from",
            found=f"the model was left on {now}",
            hint="model.cpu() and model.to() move the model itself. Bring the images to the model instead.",
        )
    old, new = before.state_dict(), model.state_dict()
    if any(not torch.equal(old[name], new[name]) for name in old):
        t.fail(
            expected="the model unchanged",
            found="the model's weights changed: it was trained here",
            hint="compare measures; the training is over.",
        )
    if model.training is not before.training:
        modes = {True: "training", False: "evaluation"}
        t.fail(
            expected=f"the model in {modes[before.training]} mode again, as it came",
            found=f"the model was left in {modes[model.training]} mode",
            hint="Remember model.training before you change it.",
        )
