"""Task 1.5: the codes of a whole set, in its order, without the usual accidents."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.linear_causes import lost_rows, wrong_inputs, wrong_shape
from lessons_pkg.checks.values import pictures, return_hint, shape_of, show
from lessons_pkg.data import ImageSet

__all__ = ["latent_codes"]

CODE_DIM = 3


class _Model(nn.Module):
    """Encodes with noise in training mode, and remembers how many images it was given at once."""

    def __init__(self) -> None:
        super().__init__()
        self.inward = nn.Sequential(nn.Flatten(), nn.Linear(784, CODE_DIM), nn.BatchNorm1d(CODE_DIM))
        self.noise = nn.Dropout(0.5)
        self.outward = nn.Sequential(nn.Linear(CODE_DIM, 784), nn.Unflatten(1, (1, 28, 28)))
        with torch.no_grad():
            self.inward[2].running_mean.normal_()
            self.inward[2].weight.fill_(4.0)
        self.sizes: list[int] = []

    def encode(self, x: Tensor) -> Tensor:
        self.sizes.append(len(x))
        return self.inward(self.noise(x))

    def decode(self, z: Tensor) -> Tensor:
        return self.outward(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


@check("1.5", "latent_codes")
def latent_codes(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.5: latent_codes(model, train_set, batch_size=256) -> codes (N, k), labels (N,), in the set's order."""
    t.need("latent_codes is a function")
    t.is_function(answer, "latent_codes")
    labels = torch.randint(0, 10, (300,), generator=torch.Generator().manual_seed(seed))
    whole = ImageSet(pictures(300, seed), labels, tuple("0123456789"), "check")

    t.need("12 images in batches of 4: every image, in order")
    _expect_codes(t, answer, whole[:12], 4, training=False)
    t.need("11 images in batches of 4: the last, smaller batch too")
    _expect_codes(t, answer, whole[20:31], 4, training=False)
    t.need("7 images in one batch of 50")
    _expect_codes(t, answer, whole[40:47], 50, training=False)
    t.need("a model that comes in training mode is read in evaluation mode and left in training mode")
    _expect_codes(t, answer, whole[50:61], 4, training=True)
    t.need("300 images in the batches of 256 that are the default")
    _expect_codes(t, answer, whole, None, training=True)
    if torch.cuda.is_available():
        t.need("a model on the GPU with a set on the CPU")
        _expect_codes(t, answer, whole[:11], 4, training=False, device="cuda")


def _expect_codes(
    t: Trial, answer: Any, given: ImageSet, batch_size: int | None, *, training: bool, device: str = "cpu"
) -> None:
    model = _Model().to(device).train(training)
    untouched = copy.deepcopy(model)
    images, labels = given.images.clone(), given.labels.clone()
    arguments = () if batch_size is None else (batch_size,)
    words = "" if batch_size is None else f", {batch_size}"
    result = t.call(answer, model, given, *arguments, doing=f"latent_codes(model, train_set{words})", explain=_hint)
    codes, found_labels = _pair(t, result)
    n = len(given)
    if getattr(codes, "ndim", 0) == 1 and getattr(found_labels, "ndim", 0) == 2:
        t.fail(
            expected="(codes, labels)",
            found="the labels and codes are exchanged",
            hint="return codes, labels",
        )
    joined = "Join the batches to one tensor: torch.cat. Stay with torch, or convert once at the end."
    codes = t.tensor(codes, "the codes are", hint=joined, finite=False)
    found_labels = t.tensor(found_labels, "the labels are", hint=joined, finite=False)
    if codes.requires_grad:
        t.fail(
            expected="codes without gradient",
            found="the codes still carry the gradient and with it the whole calculation",
            hint="Nothing is trained here: with torch.no_grad(), or detach().",
        )
    with torch.no_grad():
        target = copy.deepcopy(untouched).eval().cpu().encode(images)
    _expect_count(t, codes, target, batch_size or 256)
    if found_labels.shape != (n,):
        t.fail(
            expected=f"labels of shape {(n,)}",
            found=f"labels of shape {shape_of(found_labels)}"
            + lost_rows(len(found_labels) if found_labels.ndim else 0, n, batch_size or 256),
            hint="One label for each row of the codes. Does each batch add to the labels, or replace them?",
        )
    if found_labels.is_floating_point():
        t.fail(expected="labels as whole numbers", found=show(found_labels), hint="Leave their dtype as it comes.")
    if not torch.allclose(codes.float(), target, atol=1e-4, rtol=1e-3):
        _name_wrong_codes(t, untouched, images, labels, codes.float(), found_labels, target)
    if not torch.equal(found_labels.long(), labels):
        t.fail(
            expected="row i of codes and labels both from image i",
            found="the codes are right, but the labels are out of step with them",
            hint="Codes and labels of a batch come from the same indices, in the set's own order.",
        )
    if codes.dtype not in (torch.float32, torch.float64):
        t.fail(expected="float32 codes", found=f"the codes are {show(codes)}", hint="Leave the dtype as it comes.")
    _expect_nothing_changed(t, model, untouched, given, images, labels, training)
    if max(model.sizes, default=0) > (batch_size or 256):
        t.fail(
            expected=f"at most {batch_size or 256} images at once",
            found=f"the model was given {max(model.sizes)} images at once: batch_size is ignored",
            hint="A set may be larger than the memory of a GPU.",
        )


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "expected Tensor as element" in text:
        return "numpy arrays and torch tensors are mixed: torch.cat joins tensors only."
    if "Can't call numpy()" in text or "Can't convert" in text:
        return "These codes carry gradients. Does anybody need them here?"
    if isinstance(error, TypeError) and "an ImageSet takes a slice" in text:
        return "A set is not a list of pairs: use train_set.images and train_set.labels."
    if "expected a non-empty list" in text:
        return "No batch was seen at all: with fewer images than batch_size there is still one, smaller batch."
    if isinstance(error, AttributeError) and "_Model" in text:
        return "A model has encode, decode and forward. How it calls its layers is its own affair."
    if "mat1 and mat2" in text:
        return "encode takes images (N, 1, 28, 28) as they are in the set, without flattening."
    return ""


def _pair(t: Trial, result: Any) -> tuple[Any, Any]:
    if isinstance(result, (tuple, list)) and len(result) == 2:
        return result[0], result[1]
    hint = return_hint(result, "return codes, labels")
    t.fail(expected="a pair (codes, labels)", found=f"it returned {show(result)}", hint=hint)


def _expect_count(t: Trial, codes: Tensor, target: Tensor, batch: int) -> None:
    n = len(target)
    if codes.shape == (n, CODE_DIM):
        return
    found = f"codes of shape {shape_of(codes)}"
    if codes.shape[1:] in ((1, 28, 28), (784,)):
        found += ": reconstructions or images, not codes"
        hint = "The model's forward gives images; encode gives codes."
    else:
        if codes.shape == target[:batch].shape and torch.allclose(codes.detach().float(), target[:batch], atol=1e-3):
            found += ": only the first batch is there"
        else:
            found += wrong_shape(tuple(codes.shape), CODE_DIM, n, batch)
        hint = f"{n} images in batches of {batch}: which batches are there, and what happens to each?"
    t.fail(expected=f"codes of shape {(n, CODE_DIM)}", found=found, hint=hint)


def _name_wrong_codes(
    t: Trial, model: nn.Module, images: Tensor, labels: Tensor, codes: Tensor, found_labels: Tensor, target: Tensor
) -> None:
    expected = "row i is the code of image i, as it is in the set"
    if torch.isnan(codes).any():
        t.fail(expected=expected, found="NaN among the codes", hint="Is every row of a preallocated tensor filled?")
    empty = (codes == 0).all(1).nonzero().flatten().tolist()
    if empty:
        found = f"some rows are zero, the first of them row {empty[0]} of {len(codes)}"
        t.fail(expected=expected, found=found, hint="Is every row of a preallocated tensor filled, the last ones too?")
    order = torch.cdist(codes, target).argmin(1)
    if torch.allclose(codes, target[order], atol=1e-4, rtol=1e-3):
        if len(order.unique()) < len(order):
            t.fail(
                expected=expected,
                found="some images appear twice and others never",
                hint="Look at where a batch starts and ends.",
            )
        if torch.equal(found_labels.long(), labels[order]):
            t.fail(
                expected=expected,
                found="the images are shuffled: codes and labels are in another order than the set",
                hint="Nothing is trained here, so nothing needs to be shuffled.",
            )
        t.fail(
            expected=expected,
            found="the images are shuffled, and the labels are out of step with the codes",
            hint="Codes and labels must come from the same indices. Does anything need to be shuffled here?",
        )
    for guess, cause, hint in wrong_inputs(model, images):
        if torch.allclose(codes, guess, atol=1e-3, rtol=1e-2):
            t.fail(expected=expected, found=f"the codes of {cause}", hint=hint)
    found = "other codes than those of model.encode in evaluation mode"
    if model.training:
        found += ": is the model read in training mode, with dropout and batch statistics at work?"
    t.fail(
        expected=expected,
        found=found,
        hint="What happens to an image between the set and encode, and to the code after it?",
    )


def _expect_nothing_changed(
    t: Trial, model: nn.Module, before: nn.Module, given: ImageSet, images: Tensor, labels: Tensor, training: bool
) -> None:
    if not (torch.equal(given.images, images) and torch.equal(given.labels, labels)):
        t.fail(expected="the set unchanged", found="it changed the images or labels in place", hint="Make new tensors.")
    if model.training is not training or any(m.training is not training for m in model.modules()):
        modes = {True: "training", False: "evaluation"}
        t.fail(
            expected=f"the model in {modes[training]} mode again, as it came",
            found=f"the model was left in {modes[not training]} mode",
            hint="Remember model.training before you change it.",
        )
    old, new = before.state_dict(), model.state_dict()
    if any(not torch.equal(old[name].cpu(), new[name].cpu()) for name in old):
        t.fail(
            expected="the model unchanged",
            found="the model's weights or batch statistics changed",
            hint="In training mode batch norm learns from every batch it sees, even without gradients.",
        )
