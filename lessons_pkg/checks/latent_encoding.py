"""Task 4.1: the codes of all images, in their order."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_probes import expect_no_gradient
from lessons_pkg.checks.latent_stand_ins import StandIn
from lessons_pkg.checks.linear_causes import wrong_inputs, wrong_shape
from lessons_pkg.checks.values import pictures, shape_of, show

__all__ = ["encode_all", "expect_mode_kept"]

CODE_DIM = 3
_MODES = {True: "training", False: "evaluation"}


@check("4.1", "encode_all")
def encode_all(t: Trial, answer: Any, seed: int) -> None:
    """Task 4.1: encode_all(model, images, batch_size=256) -> codes (N, k), in the order of the images."""
    t.need("encode_all is a function")
    t.is_function(answer, "encode_all")
    images = nn.functional.pad(pictures(300, seed), (2, 2, 2, 2))

    t.need("12 images in batches of 4: every image, in order")
    _expect_codes(t, answer, images[:12], 4, training=False)
    t.need("11 images in batches of 4: the last, smaller batch too")
    _expect_codes(t, answer, images[20:31], 4, training=False)
    t.need("9 images in batches of 4: a last batch of one image")
    _expect_codes(t, answer, images[30:39], 4, training=False)
    t.need("one image; and 7 images in one batch of 50")
    _expect_codes(t, answer, images[40:41], 4, training=False)
    _expect_codes(t, answer, images[40:47], 50, training=False)
    t.need("a model that comes in training mode is read in evaluation mode and left in training mode")
    _expect_codes(t, answer, images[50:61], 4, training=True)
    t.need("300 images in the batches of 256 that are the default")
    _expect_codes(t, answer, images, None, training=True)
    if torch.cuda.is_available():
        t.need("a model on the GPU with images on the CPU")
        _expect_codes(t, answer, images[:11], 4, training=False, device="cuda")


def expect_mode_kept(t: Trial, model: nn.Module, training: bool) -> None:
    """The model and all its parts are in the mode they came in."""
    if any(part.training is not training for part in model.modules()):
        t.fail(
            expected=f"the model in {_MODES[training]} mode again, as it came",
            found=f"the model was left in {_MODES[not training]} mode",
            hint="Remember model.training before you change it: model.train(was_training) puts it back.",
        )


def _expect_codes(
    t: Trial, answer: Any, images: Tensor, batch_size: int | None, *, training: bool, device: str = "cpu"
) -> None:
    model = StandIn(CODE_DIM).to(device).train(training)
    untouched = copy.deepcopy(model)
    given, batch = images.clone(), batch_size or 256
    arguments = () if batch_size is None else (batch_size,)
    words = "" if batch_size is None else f", {batch_size}"
    doing = f"encode_all(model, images of shape {shape_of(images)}{words})"
    result = t.call(answer, model, given, *arguments, doing=doing, explain=_hint)
    joined = "Join the batches to one tensor: torch.cat. Stay with torch, or convert once at the end."
    if isinstance(result, (tuple, list)) and len(result) == 2 and len(images) != 2:
        joined = "Only the codes are asked for here, in one tensor: no labels, no images."
    codes = t.tensor(result, "it returned", hint=joined, finite=False)
    expect_no_gradient(t, codes, "the codes")
    with torch.no_grad():
        target = copy.deepcopy(untouched).eval().cpu().encode(images)
    _expect_count(t, codes, target, batch)
    if not codes.dtype.is_floating_point:
        found = f"the codes are {show(codes)}: what stands behind the point is lost"
        t.fail(expected="float32 codes", found=found, hint="Leave the dtype as it comes.")
    if not torch.allclose(codes.float(), target, atol=1e-4, rtol=1e-3):
        _name_wrong_codes(t, untouched, any(model.modes), images, codes.float(), target)
    if codes.dtype not in (torch.float32, torch.float64):
        t.fail(expected="float32 codes", found=f"the codes are {show(codes)}", hint="Leave the dtype as it comes.")
    if not torch.equal(given, images):
        t.fail(expected="the images unchanged", found="it changed the images in place", hint="Make new tensors.")
    expect_mode_kept(t, model, training)
    old, new = untouched.state_dict(), model.state_dict()
    if any(not torch.equal(old[name].cpu(), new[name].cpu()) for name in old):
        t.fail(
            expected="the model unchanged",
            found="the model's weights or batch statistics changed",
            hint="In training mode batch norm learns from every batch it sees, even without gradients.",
        )
    for one, other in zip(untouched.parameters(), model.parameters(), strict=True):
        if one.requires_grad != other.requires_grad:
            t.fail(
                expected="the model unchanged",
                found="the model's weights have requires_grad=False now: nobody can train it any more",
                hint="with torch.no_grad(): is for this call alone.",
            )
        if one.dtype != other.dtype:
            found = f"the model's weights are {other.dtype} now, they were {one.dtype}".replace("torch.", "")
            t.fail(expected="the model unchanged", found=found, hint="double(), half() and to() change a model itself.")
    if max(model.sizes, default=0) > batch:
        t.fail(
            expected=f"at most {batch} images at once",
            found=f"the model was given {max(model.sizes)} images at once: batch_size is ignored",
            hint="A set may be larger than the memory of a GPU.",
        )


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "Expected more than 1 value per channel" in text:
        return "Batch norm in training mode refuses a batch of one image: read the model in evaluation mode."
    if "expected Tensor as element" in text:
        return "numpy arrays and torch tensors are mixed: torch.cat joins tensors only."
    if "Can't call numpy()" in text:
        return "These codes carry gradients. Does anybody need them here?"
    if "encode takes images" in text:
        return (
            "encode takes a batch of images as they come, (N, 1, 32, 32): images[i] has lost its first dimension, "
            "images[i : i + 1] has not, and nothing is flattened before."
        )
    if "expected a non-empty list" in text:
        return "No batch was seen at all: with fewer images than batch_size there is still one, smaller batch."
    if "Sizes of tensors must match" in text or "same number of dimensions" in text or "zero-dimensional" in text:
        return (
            "The batches do not fit together: does squeeze() take the first dimension away from a batch of one image?"
        )
    if isinstance(error, AttributeError) and "StandIn" in text:
        return "A model has encode, decode and forward. How it calls its layers is its own affair."
    return ""


def _expect_count(t: Trial, codes: Tensor, target: Tensor, batch: int) -> None:
    n = len(target)
    if codes.shape == (n, CODE_DIM):
        return
    found = f"codes of shape {shape_of(codes)}"
    hint = f"{n} images in batches of {batch}: which batches are there, and what happens to each?"
    if codes.shape[1:] in ((1, 32, 32), (1024,)):
        found += ": reconstructions or images, not codes"
        hint = "The model's forward gives images; encode gives codes."
    elif codes.ndim == 1 and n == 1:
        found += ": the first dimension is lost"
        hint = "One image has one row: does squeeze() take the first dimension away?"
    elif codes.shape == target[:batch].shape and torch.allclose(codes.float(), target[:batch], atol=1e-3):
        found += ": only the first batch is there"
    else:
        found += wrong_shape(tuple(codes.shape), CODE_DIM, n, batch)
    t.fail(expected=f"codes of shape {(n, CODE_DIM)}", found=found, hint=hint)


def _name_wrong_codes(
    t: Trial, model: nn.Module, read_in_training: bool, images: Tensor, codes: Tensor, target: Tensor
) -> None:
    expected = "row i is the code of image i"
    fill = "Is every row of a preallocated tensor filled, the last ones too?"
    if not torch.isfinite(codes).all():
        t.fail(expected=expected, found="NaN or infinity among the codes", hint=fill)
    if empty := (codes == 0).all(1).nonzero().flatten().tolist():
        found = f"some rows are zero, the first of them row {empty[0]} of {len(codes)}"
        t.fail(expected=expected, found=found, hint=fill)
    order = torch.cdist(codes, target).argmin(1)
    if torch.allclose(codes, target[order], atol=1e-4, rtol=1e-3):
        if len(order.unique()) < len(order):
            hint = "Look at where a batch starts and ends."
            t.fail(expected=expected, found="some images appear twice and others never", hint=hint)
        found = "all codes are there, but in another order than the images: they are shuffled, or batches are turned"
        if torch.equal(order, torch.arange(len(order)).flip(0)):
            found = "all codes are there, but in another order than the images: the last one first"
        t.fail(
            expected=expected,
            found=found,
            hint="The labels stay in the order of the images: without that order no code has a label.",
        )
    for guess, cause, hint in wrong_inputs(model, images):
        if torch.allclose(codes, guess, atol=1e-3, rtol=1e-2):
            t.fail(expected=expected, found=f"the codes of {cause}", hint=hint)
    if torch.allclose(codes.sort(0).values, target.sort(0).values, atol=1e-4, rtol=1e-3):
        found = "each column is sorted by itself: the numbers of an image no longer stand in one row"
        t.fail(
            expected=expected, found=found, hint="sort() of a table sorts every column alone. Nothing is sorted here."
        )
    with torch.no_grad():
        for name, turned in (
            ("mirrored", images.flip(-1)),
            ("upside down", images.flip(-2)),
            ("transposed", images.mT),
        ):
            if torch.allclose(codes, copy.deepcopy(model).eval().cpu().encode(turned), atol=1e-3, rtol=1e-2):
                t.fail(expected=expected, found=f"the codes of images that are {name}", hint="Images as they come.")
    for name, guess in (("rounded", target.round(decimals=2)), ("exchanged, z_1 for the last", target.flip(1))):
        if torch.allclose(codes, guess, atol=6e-3):
            t.fail(expected=expected, found=f"the right numbers, but {name}", hint="The code as encode gives it.")
    found = "other codes than those of model.encode in evaluation mode"
    if read_in_training:
        found += ": is the model read in training mode, with dropout and batch statistics at work?"
    hint = "What happens to an image between the set and encode, and to the code after it?"
    t.fail(expected=expected, found=found, hint=hint)
