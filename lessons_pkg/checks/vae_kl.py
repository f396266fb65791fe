"""Task 5.2: the KL divergence in closed form, compared with the formula and with what mistakes make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_kl_causes import kl_terms, wrong_kl_terms, wrong_sums
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import number, return_hint, same, shape_of, show

__all__ = ["kl"]


@check("5.2", "kl")
@untouched
def kl(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.2: kl(z_mean, z_log_var) -> (N,), in nats."""
    t.need("kl is a function")
    t.is_function(answer, "kl")
    draw = torch.Generator().manual_seed(seed)

    t.need("kl(z_mean, z_log_var) gives one number for each image, the divergence in nats")
    mean, log_var = 1.5 * torch.randn(8, 5, generator=draw), torch.randn(8, 5, generator=draw)
    _expect_right(t, answer, mean, log_var)

    t.need("it is 0 for N(0, I)")
    zeros = torch.zeros(3, 4)
    value = _asked(t, answer, zeros, zeros)
    if value.shape != (3,) or value.abs().max() > 1e-6:
        t.fail(expected="three zeros", found=f"{show(value)}", hint="q and the prior are one and the same there.")

    t.need("it is right for one image, for one dimension, and for other sizes")
    for shape in ((1, 5), (6, 1), (1, 1), (40, 3)):
        _expect_right(t, answer, torch.randn(shape, generator=draw), torch.randn(shape, generator=draw))

    t.need("it is right for very small and very large variances")
    wide = torch.tensor([[-60.0, 0.3], [14.0, -0.2], [-25.0, 9.0]])
    _expect_right(t, answer, torch.tensor([[0.5, -3.0], [40.0, 1.0], [-2.0, 0.1]]), wide)

    t.need("gradients flow to z_mean and to z_log_var")
    _expect_gradients(t, answer, mean, log_var)


def _asked(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor) -> Tensor:
    given = mean.clone(), log_var.clone()
    value = t.call(answer, *given, doing=f"kl(z_mean, z_log_var), both of shape {shape_of(mean)}", explain=_hint)
    if not (torch.equal(given[0], mean) and torch.equal(given[1], log_var)):
        hint = "mul_, exp_, -= and the like write into the tensor of the caller."
        t.fail(expected="the arguments unchanged", found="kl changed its arguments in place", hint=hint)
    hint = return_hint(value, "One tensor of shape (N,): no tuple, no float.")
    return t.tensor(value, "it returned", expected=f"a tensor of shape ({len(mean)},)", hint=hint, finite=False)


def _expect_right(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor) -> None:
    n = len(mean)
    value = _asked(t, answer, mean, log_var)
    terms = kl_terms(mean.double(), log_var.double())
    right = terms.sum(1)
    if value.shape == (n,) and not value.isnan().any() and _near(value, right):
        return
    expected = f"{n} number{'s' if n > 1 else ''}, the first {number(right[0].item())}"
    again = _asked(t, answer, mean, log_var)
    if again.shape == value.shape and not torch.equal(value.nan_to_num(), again.nan_to_num()):
        t.fail(
            expected=expected,
            found="two calls give different results: the divergence is estimated from a random sample",
            hint="Between two Gaussians there is a closed form; nothing has to be drawn.",
        )
    if value.dtype not in (torch.float32, torch.float64):
        t.fail(expected=expected, found=f"it returned {show(value)}", hint="Leave the dtype as it comes: float32.")
    if value.numel() and value.isnan().all() and not (log_var > 0).all():
        # NaN is like any other NaN: with positive numbers a logarithm that should not be there says what it is.
        _expect_right(t, answer, mean, log_var.abs() + 0.1)
    for candidate, words, hint in _candidates(mean, log_var, terms) if value.shape or n > 1 else ():
        if value.shape == candidate.shape and _near(value.nan_to_num(777.0), candidate.nan_to_num(777.0)):
            shown = f"{number(value[0].item())}: " if value.shape == (n,) else ""
            t.fail(expected=expected, found=f"{shown}{words}", hint=hint)
    if not torch.isfinite(value).all():
        t.fail(
            expected=expected,
            found=f"it returned {show(value)}, with NaN or infinity in it",
            hint="The logarithm of a negative number, or of one that was rounded to 0? log(exp(v)) is v: "
            "z_log_var is the logarithm already.",
        )
    if value.shape != (n,):
        t.fail(
            expected=f"shape ({n},): one number for each image",
            found=f"shape {shape_of(value)} for a z_mean of shape {shape_of(mean)}",
            hint="Sum over the dimensions, axis 1, and leave the axis of the images. squeeze() without an axis "
            "removes every axis of size 1.",
        )
    row = int((value.double() - right).abs().gt(2e-4 * right.abs() + 2e-5).nonzero()[0])
    if row:
        expected = f"{n} numbers, number {row} of them (from 0) {number(right[row].item())}"
    t.fail(
        expected=expected,
        found=f"{number(value[row].item())}, which no usual mistake explains",
        hint="Write the formula down for one dimension, put in z_mean = 1 and z_log_var = 0, which gives 1/2, "
        "and then z_mean = 0 and z_log_var = 1, which gives (e - 2) / 2 = 0.359.",
    )


def _candidates(mean: Tensor, log_var: Tensor, terms: Tensor) -> list[tuple[Tensor, str, str]]:
    mean, log_var = mean.double(), log_var.double()
    wrong = list(wrong_kl_terms(mean, log_var))
    found = [(value.sum(1), words, hint) for value, words, hint in wrong]
    found += [(terms.sum(1) - 1, "1 is subtracted once more", "For N(0, I) itself the divergence is 0.")]
    n, k = terms.shape
    for count, words in ((n, "the number of images"), (20, "a fixed 20"), (784, "a fixed 784")):
        if count != k:
            hint = f"As many times 1 as there are dimensions: here {k}, which is z_mean.shape[1]."
            found += [(terms.sum(1) + (k - count) / 2, f"{words} is subtracted, not the number of dimensions", hint)]
    found += [
        (terms.sum(1) + (terms.shape[1] - 1) / 2, "the 1 is subtracted once, not for each dimension", "Sum k times -1.")
    ]
    found += list(wrong_sums(terms))
    for value, words, hint in wrong:  # two mistakes at once
        found += [(other, f"{words}; and {more}", f"{hint} {less}") for other, more, less in wrong_sums(value)]
    return found


def _near(value: Tensor, right: Tensor) -> bool:
    return torch.allclose(value.double(), right, rtol=2e-4, atol=2e-5)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "satisfy the constraint" in text:
        return "A scale is a standard deviation, which is positive: z_log_var is a logarithm and may be negative."
    if "KL" in text or "No KL" in text or isinstance(error, NotImplementedError):
        return "torch.distributions.kl_divergence takes two distributions of a known kind."
    if isinstance(error, IndexError) and "Dimension out of range" in text:
        return "z_mean has two axes: the images, and the dimensions."
    return ""


def _expect_gradients(t: Trial, answer: Callable, mean: Tensor, log_var: Tensor) -> None:
    leaves = mean.clone().requires_grad_(), log_var.clone().requires_grad_()
    value = t.call(answer, *leaves, doing="kl of tensors that require a gradient", explain=_hint)
    value = t.tensor(value, "it returned")
    expected = "a gradient for both: z_mean, and (exp(z_log_var) - 1) / 2"
    cut = "Is there detach(), no_grad(), .data, .item() or NumPy? The encoder learns from these gradients."
    if not value.requires_grad:
        t.fail(expected=expected, found="the divergence has no gradient at all", hint=cut)
    got = torch.autograd.grad(value.sum(), leaves, allow_unused=True)
    wanted = mean, (log_var.exp() - 1) / 2
    for name, one, other in zip(("z_mean", "z_log_var"), got, wanted, strict=True):
        if one is None or not same(one, other):
            found = f"no gradient reaches {name}" if one is None or not one.any() else f"another gradient for {name}"
            t.fail(expected=expected, found=found, hint=cut)
