"""Task 5.1: the reparameterisation trick. One call with 20,000 rows says which distribution was sampled from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_sample_causes import LEVELS, centre_cause, noise_cause, rows_cause, scale_cause
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import return_hint, shape_of, show

__all__ = ["sample"]

ROWS = 20_000  # a spread is then known to 0.5 per cent: every tolerance is more than seven standard errors wide
TRICK = "mean + standard deviation * noise, where only the noise is drawn, and the rest is ordinary arithmetic"


@check("5.1", "sample")
@untouched
def sample(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.1: sample(z_mean, z_log_var) -> z, differentiable in both."""
    t.need("sample is a function")
    t.is_function(answer, "sample")
    draw = torch.Generator().manual_seed(seed)
    mean, log_var = torch.randn(5, 3, generator=draw), torch.randn(5, 3, generator=draw)

    t.need("sample(z_mean, z_log_var) gives a tensor of their shape")
    first = _sampled(t, answer, mean, log_var)
    for shape in ((1, 4), (7, 1), (1, 1)):
        _sampled(t, answer, torch.randn(shape, generator=draw), torch.randn(shape, generator=draw))

    t.need("there is noise, and it is drawn anew at each call")
    _expect_fresh(t, answer, mean, log_var, first)
    _expect_noise_for_one(t, answer, mean, log_var)

    t.need("torch.manual_seed makes it repeatable")
    torch.manual_seed(seed + 1)
    one = _sampled(t, answer, mean, log_var)
    torch.manual_seed(seed + 1)
    if not torch.equal(one, _sampled(t, answer, mean, log_var)):
        t.fail(
            expected="the same sample again after the same torch.manual_seed",
            found="another one: the noise is not drawn from torch's global random numbers",
            hint="NumPy and Python's random have random numbers of their own, which torch.manual_seed does not reach. "
            "torch.randn_like draws from torch's.",
        )

    centres = 3 * torch.randn(ROWS, len(LEVELS), generator=draw)
    levels = torch.tensor(LEVELS) + 0.1 * torch.rand(len(LEVELS), generator=draw)
    torch.manual_seed(seed + 2)
    z = _sampled(t, answer, centres, levels.expand(ROWS, -1).contiguous()).double()

    t.need("every number gets noise of its own, from N(0, 1)")
    if cause := noise_cause(z, centres.double(), levels.double()):
        t.fail(expected="standard normal noise, drawn for each number of each image", found=cause[0], hint=cause[1])

    t.need("z_mean is the mean")
    if cause := centre_cause(z, centres.double(), levels.double()):
        t.fail(expected=f"a sample around z_mean: {TRICK}", found=cause[0], hint=cause[1])

    t.need("the standard deviation is the one that z_log_var says")
    if cause := scale_cause(z, centres.double(), levels.double()):
        t.fail(expected="a spread of exp(z_log_var / 2) around z_mean", found=cause[0], hint=cause[1])

    t.need("... of each image by itself")
    rows = torch.tensor([[-3.0, 0.4], [1.0, -2.0]]).repeat(ROWS // 4, 1)
    z = _sampled(t, answer, torch.zeros_like(rows), rows)
    if cause := rows_cause(z.double(), rows.double()):
        t.fail(expected="a spread of exp(z_log_var / 2) in each row", found=cause[0], hint=cause[1])

    t.need("gradients flow to z_mean and to z_log_var")
    _expect_gradients(t, answer, seed)


def _sampled(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor) -> Tensor:
    """What the answer gives, a finite tensor of the right shape and dtype; its arguments are as they were."""
    given = mean.clone(), log_var.clone()
    if mean.requires_grad:
        given = mean, log_var
    before = mean.detach().clone(), log_var.detach().clone()
    doing = f"sample(z_mean, z_log_var), both of shape {shape_of(mean)}"
    value = t.call(answer, *given, doing=doing, explain=_hint)
    hint = "Return one tensor, the sample."
    if isinstance(value, (tuple, list)):
        hint = "Return the sample alone: the mean and the log variance are known to who calls."
    value = t.tensor(
        value, "it returned", expected=f"a tensor of shape {shape_of(mean)}", hint=return_hint(value, hint)
    )
    for old, now, name in zip(before, given, ("z_mean", "z_log_var"), strict=True):
        if not torch.equal(old, now):
            hint = "mul_, add_, exp_ and += write into the tensor of the caller."
            t.fail(expected="the arguments unchanged", found=f"sample changed {name} in place", hint=hint)
    if value.shape != mean.shape:
        hint = "One number for each number of z_mean."
        if value.ndim > mean.ndim:
            hint = "An axis too many: has the noise another shape than z_mean?"
        elif value.numel() < mean.numel():
            hint = "Nothing is summed or averaged here: z has as many numbers as z_mean."
        found = f"shape {shape_of(value)} for a z_mean of shape {shape_of(mean)}"
        t.fail(expected=f"shape {shape_of(mean)}", found=found, hint=hint)
    if value.dtype != torch.float32:
        hint = (
            "NumPy's random numbers are float64, and so is what double() gives. torch.randn_like(z_mean) is as z_mean."
        )
        t.fail(expected="float32, as z_mean", found=f"it returned {show(value)}", hint=hint)
    return value


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "must match the size" in text or "is invalid for input" in text:
        return "The noise has another shape than z_mean: is a number of images or of dimensions fixed in it?"
    if "numpy()" in text or "requires grad" in text:
        return "NumPy cannot take part: a gradient must be able to flow. Stay in torch."
    if "std >= 0" in text or "expects all elements of std" in text or "satisfy the constraint" in text:
        return "A negative standard deviation: z_log_var is a logarithm and may be negative; what is its exponential?"
    if "normal_" in text or "normal expects" in text:
        return "Is a logarithm given where a standard deviation belongs?"
    return ""


def _expect_fresh(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor, first: Tensor) -> None:
    if not torch.equal(first, _sampled(t, answer, mean, log_var)):
        return
    expected = "another sample at each call"
    if torch.equal(first, mean):
        t.fail(expected=expected, found="no noise at all: it returned z_mean", hint=f"A sample is {TRICK}.")
    if torch.allclose(first, mean + (log_var / 2).exp()):
        found = "no noise: it returned the mean plus the standard deviation itself"
        t.fail(expected=expected, found=found, hint="The standard deviation is what the noise is multiplied by.")
    other = _sampled(t, answer, mean.flip(0), log_var)
    noise = (first - mean) / (log_var / 2).exp(), (other - mean.flip(0)) / (log_var / 2).exp()
    if torch.allclose(*noise, atol=1e-3) and noise[0].std() > 0.05:
        found = "the same noise at each call"
        hint = "Is a seed set inside the function, or a generator made there, or the noise drawn once outside?"
        t.fail(expected=expected, found=found, hint=f"{hint} Then the decoder learns that one noise by heart.")
    t.fail(expected=expected, found="two calls give the same: nothing is drawn", hint=f"A sample is {TRICK}.")


def _expect_noise_for_one(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor) -> None:
    """A batch of one image: what is done to the noise over the batch shows there, or over a single dimension."""
    for part, one in ((mean[:1], log_var[:1]), (mean[:, :1], log_var[:, :1])):
        if torch.allclose(_sampled(t, answer, part, one), part, atol=1e-6):
            t.fail(
                expected=f"noise for a z_mean of shape {shape_of(part)} too",
                found="no noise there, although there is some in a larger batch",
                hint="Is a mean subtracted from the noise, or a part of it put to 0? Each number stays as it is drawn.",
            )


def _expect_gradients(t: Trial, answer: Callable, seed: int) -> None:
    draw = torch.Generator().manual_seed(seed + 3)
    mean, log_var, weight = (torch.randn(6, 4, generator=draw) for _ in range(3))
    mean.requires_grad_(), log_var.requires_grad_()
    z = _sampled(t, answer, mean, log_var)
    wanted = weight, weight * (z - mean).detach() / 2
    expected = "dz/dz_mean = 1 and dz/dz_log_var = (z - z_mean) / 2"
    if not z.requires_grad:
        t.fail(
            expected=expected,
            found="the sample has no gradient at all: it is cut off from z_mean and from z_log_var",
            hint="torch.no_grad, detach, .data, .item, NumPy and the .sample() of torch.distributions all cut it. "
            f"Write the sample as {TRICK}.",
        )
    got = torch.autograd.grad((weight * z).sum(), [mean, log_var], allow_unused=True)
    right = [g is not None and torch.allclose(g, w, atol=1e-3, rtol=1e-3) for g, w in zip(got, wanted, strict=True)]
    if all(right):
        return
    zero = [g is None or not g.any() for g in got]
    if all(g is None for g in got):
        hint = f"requires_grad_() on a result that was cut off connects it with nothing. Write the sample as {TRICK}."
        t.fail(expected=expected, found="the sample is cut off from z_mean and from z_log_var", hint=hint)
    if all(zero):
        t.fail(
            expected=expected,
            found="the gradients of the sample are zero: torch draws it, and drawing has no derivative",
            hint=f"torch.normal(mean, std) looks as if it had a gradient, and gives zeros. Write {TRICK}.",
        )
    name = "z_mean" if zero[0] else "z_log_var"
    if any(zero):
        t.fail(
            expected=expected,
            found=f"no gradient reaches {name}",
            hint=f"Is {name}, or what is computed from it, inside detach(), no_grad() or .data?",
        )
    found = f"the gradient of {'z_log_var' if right[0] else 'z_mean'} is another one"
    t.fail(expected=expected, found=found, hint=f"Only the noise is a constant. {TRICK[0].upper()}{TRICK[1:]}.")
