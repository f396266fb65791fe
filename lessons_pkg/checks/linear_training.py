"""Task 1.2: one gradient step on the mean squared error per pixel, tried on small models of this module."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.linear_causes import wrong_losses
from lessons_pkg.checks.values import as_float, explained_by, number, pictures, show

__all__ = ["training_step"]

LR = 0.05


class _Model(nn.Module):
    """A small autoencoder. Which code the learner's answer runs does not depend on the course's own models."""

    def __init__(self, code_dim: int = 784) -> None:
        super().__init__()
        self.inward = nn.Linear(784, code_dim)
        self.outward = nn.Linear(code_dim, 784)
        self.calls = 0

    def encode(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.inward(x.flatten(1))

    def decode(self, z: Tensor) -> Tensor:
        return self.outward(z).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class _CountingSGD(torch.optim.SGD):
    """SGD that knows how often it was asked to step."""

    steps = 0

    def step(self, closure: Any = None) -> Any:
        self.steps += 1
        return super().step(closure)


@check("1.2", "training_step")
def training_step(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.2: training_step(model, optimizer, x) moves the weights once and returns the loss before that."""
    t.need("training_step is a function")
    t.is_function(answer, "training_step")
    model = _Model(6)
    optimizer = _CountingSGD(model.parameters(), lr=LR)
    start = copy.deepcopy(model)
    batch = pictures(5, seed)
    given = batch.clone()

    t.need("training_step(model, optimizer, x) runs")
    value = t.call(answer, model, optimizer, given, doing="training_step(model, optimizer, x)", explain=_hint)

    t.need("it uses the model that it is given")
    if model.calls == 0:
        t.fail(
            expected="a call of model(x)",
            found="the model that was given was never called: another model was",
            hint="Use the names of the arguments; a name from outside the function may be another model.",
        )

    t.need("it returns a Python float")
    loss = as_float(value)
    if loss is None:
        hint = "A number in a tensor becomes a float by .item()." if isinstance(value, Tensor) else "Return the loss."
        t.fail(expected="a float", found=f"it returned {show(value)}", hint=hint)
    if not torch.equal(given, batch):
        t.fail(expected="x unchanged", found="it changed the batch x in place", hint="Work on a copy, or not at all.")

    t.need("it returns the mean squared error per pixel, as it was before the step")
    target = F.mse_loss(start(batch), batch).item()
    if (cause := explained_by(loss, [(target, "", "")], rel=1e-4)) is None:
        cause = explained_by(loss, wrong_losses(start, model, batch), rel=2e-4) or (
            "a number that no usual mistake explains",
            "The loss of this batch and nothing else: no penalty, no noise, no other images.",
        )
        t.fail(expected=number(target), found=f"{number(loss)}: {cause[0]}", hint=cause[1])

    t.need("it moves the weights of the model that it is given, once")
    _expect_one_step(t, start, model, optimizer, batch)

    t.need("a second step forgets the gradients of the first")
    _expect_fresh_gradients(t, answer, model, optimizer, pictures(3, seed + 1))

    t.need("it works with any optimizer and leaves the model in training mode")
    _expect_other_optimizer(t, answer, batch)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "does not require grad" in text:
        return "The loss is cut off from the weights: look for detach(), no_grad(), .item() or .data before backward()."
    if "must match the size" in text:
        return "The loss compares two tensors of different shapes. It is the image that x_hat is compared with."
    if "has no attribute 'backward'" in text:
        return "backward() belongs to the tensor: .item() comes after it, for the return."
    if "second time" in text:
        return "backward() is called twice on one calculation."
    if "scalar outputs" in text:
        return "The loss is still one number per pixel or per image: backward() starts from a single number, the mean."
    return ""


def _gradients(model: nn.Module, x: Tensor) -> Tensor:
    return torch.cat([g.flatten() for g in torch.autograd.grad(F.mse_loss(model(x), x), list(model.parameters()))])


def _flat(model: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def _expect_one_step(t: Trial, start: nn.Module, model: nn.Module, optimizer: _CountingSGD, x: Tensor) -> None:
    moved, wanted = _flat(start) - _flat(model), LR * _gradients(start, x)
    expected = "weights minus learning rate times gradient"
    if moved.abs().max() == 0:
        has_gradient = any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
        if optimizer.steps == 0:
            found = "the weights did not move: optimizer.step() was never called on the optimizer that was given"
            hint = (
                "backward() only writes gradients down." if has_gradient else "After backward(), who moves the weights?"
            )
        else:
            found = "the weights did not move, although the optimizer stepped: there were no gradients at that moment"
            hint = "Is backward() called, before the step, and zero_grad() not between the two?"
        t.fail(expected=expected, found=found, hint=hint)
    if optimizer.steps == 0:
        t.fail(
            expected="the optimizer that is given does the step",
            found="the weights moved, but optimizer.step() was never called on the optimizer that was given",
            hint="Do not build an optimizer inside, and do not move the weights by hand.",
        )
    if optimizer.steps > 1:
        t.fail(expected="one step", found=f"{optimizer.steps} steps in one call", hint="The loop is the caller's.")
    still = [
        name for (name, p), q in zip(model.named_parameters(), start.parameters(), strict=True) if torch.equal(p, q)
    ]
    if still:
        side = "encoder" if all(name.startswith("inward") for name in still) else "decoder"
        t.fail(
            expected="all weights move",
            found=f"only a part of the weights moved; those of the {side} stood still",
            hint="Is the gradient cut on its way by detach() or no_grad()?",
        )
    ratio = (moved @ wanted / (wanted @ wanted)).item()
    if (moved - ratio * wanted).norm() > 0.02 * moved.norm():
        t.fail(
            expected=expected,
            found="the step goes in another direction than the gradient of the mean squared error",
            hint="Is the loss that is returned the one that backward() is called on? Is x what the model was given?",
        )
    if abs(ratio - 1) < 1e-2:
        return
    pixels, n = x[0].numel(), len(x)
    cause = explained_by(
        ratio,
        [
            (pixels * n, "as for the sum of the squared errors instead of the mean", "backward() on the mean."),
            (pixels, "as for a sum over the pixels of each image instead of the mean", "backward() on the mean."),
            (n, "as for a sum over the images instead of the mean", "backward() on the mean."),
            (-1, "in the wrong direction: the loss grows", "Is there a minus sign too many?"),
            (2, "as after calling backward() twice", "One backward() for each step."),
        ],
        rel=1e-2,
    ) or ("is the loss or its gradient rescaled or clipped?", "The step is the optimizer's business.")
    t.fail(expected=expected, found=f"a step {number(ratio)} times as long, {cause[0]}", hint=cause[1])


def _expect_fresh_gradients(t: Trial, answer: Any, model: nn.Module, optimizer: _CountingSGD, x: Tensor) -> None:
    before, old = _flat(model), [p.grad.clone() if p.grad is not None else None for p in model.parameters()]
    fresh = _gradients(model, x)
    target = F.mse_loss(model(x), x).item()
    loss = t.call(answer, model, optimizer, x.clone(), doing="a second training_step on another batch", explain=_hint)
    if as_float(loss) is None or abs(loss - target) > 1e-4 * target:
        t.fail(
            expected=f"{number(target)} for the second batch",
            found=f"{show(loss)}: not the mean over this batch",
            hint="Is a number of images or an older loss written into the function? Batches may differ in size.",
        )
    moved = (before - _flat(model)) / LR
    if torch.allclose(moved, fresh, rtol=1e-2, atol=1e-2 * fresh.abs().max().item()):
        return
    if all(g is not None for g in old):
        accumulated = fresh + torch.cat([g.flatten() for g in old])
        if torch.allclose(moved, accumulated, rtol=1e-2, atol=1e-2 * accumulated.abs().max().item()):
            t.fail(
                expected="a step along the gradient of this batch",
                found="a step along the sum of both batches' gradients: the gradients are not zeroed",
                hint="backward() adds to what .grad holds already.",
            )
    t.fail(
        expected="a step along the gradient of this batch",
        found="the second step is not along the gradient of the second batch",
        hint="What is left over from the first call? Gradients are to be zeroed; x is the argument, not a global.",
    )


def _expect_other_optimizer(t: Trial, answer: Any, x: Tensor) -> None:
    model = _Model(4)
    twin = copy.deepcopy(model)
    ours = torch.optim.Adam(twin.parameters(), lr=0.01)
    F.mse_loss(twin(x), x).backward()
    ours.step()
    theirs = torch.optim.Adam(model.parameters(), lr=0.01)
    t.call(answer, model, theirs, x.clone(), doing="training_step with Adam", explain=_hint)
    gap = (_flat(model) - _flat(twin)).abs()
    if (gap > 1e-3).float().mean() > 0.05:  # Adam turns rounding into steps where a gradient is almost zero
        t.fail(
            expected="the step that Adam makes",
            found="another step than that of the optimizer that was given",
            hint="Call step() on the argument, and do not move the weights yourself.",
        )
    if not model.training:
        t.fail(
            expected="the model in training mode, as it came",
            found="the model was left in evaluation mode",
            hint="eval() is for measuring, not for training.",
        )
