"""Task 5.4: forward and loss of a VAE, on weights that make the posterior narrow, and then wide.

The weights are put into the learner's own model in place, so that the right answer is known; the noise is the
learner's own, so that many copies of an image are given and the averages are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.model import Ask
from lessons_pkg.checks.vae_elbo_causes import bernoulli, elbo_terms, explain_elbo
from lessons_pkg.checks.vae_kl_causes import kl_terms
from lessons_pkg.checks.vae_model_causes import SAMPLES, Places, logits_of
from lessons_pkg.checks.values import close, number, pictures, return_hint, shape_of, show

__all__ = ["expect_forward", "expect_loss", "expect_noisy_loss", "loss_of"]

COPIES = 2000
CUT = "Is there detach(), no_grad(), .data, .item() or NumPy, or the .sample() of torch.distributions?"
TRICK = "The decoder sees sample(z_mean, z_log_var): mean + standard deviation * noise, new for each image."

MIXED = (
    "right for many copies of one image, wrong for different images in one batch",
    "Does every image count? And is nothing averaged over the batch before it is decoded?",
)


@contextmanager
def _weights(ask: Ask, places: Places, k: int, seed: int, level: float) -> Iterator[dict[str, Tensor]]:
    """The learner's model with a log variance near ``level``, means off 0, and a decoder that looks at its code."""
    parts = places.of(ask.model)
    before = {name: value.clone() for name, value in parts.items()}
    draw = torch.Generator().manual_seed(seed + 5)
    with torch.no_grad():
        for name, size in (("inward", 0.1), ("mean", 0.1), ("log_var", 0.02), ("outward", 0.5), ("pixels", 0.05)):
            parts[name].copy_(size * torch.randn(parts[name].shape, generator=draw))
            parts[f"{name}_bias"].copy_(0.1 * torch.randn(parts[f"{name}_bias"].shape, generator=draw))
        parts["mean_bias"].copy_(torch.linspace(-2, 2.5, k))
        parts["log_var_bias"].copy_(level + torch.linspace(-0.2, 0.3, k))
    try:
        yield parts
    finally:
        with torch.no_grad():
            for name, value in before.items():
                parts[name].copy_(value)


def _noise(k: int, seed: int) -> Tensor:
    return torch.randn(COPIES, k, generator=torch.Generator().manual_seed(seed + 6))


@torch.no_grad()
def expect_forward(t: Trial, ask: Ask, places: Places, k: int, seed: int) -> None:
    copies = pictures(1, seed + 1).expand(COPIES, 1, 28, 28).contiguous()
    with _weights(ask, places, k, seed, 0.7) as parts:
        mean, log_var = ask("posterior", copies[:1], tensors=2)
        for mode in ("training", "evaluation"):
            t.call(ask.model.train if mode == "training" else ask.model.eval, doing=f"model in {mode} mode")
            out = ask("forward", copies)
            if torch.equal(out[:9], out[:1].expand(9, -1, -1, -1)):
                _no_spread(t, ask, copies, mode, out, mean, parts)
            cause = None
            for name, sample in SAMPLES.items():
                z = sample(mean.expand(COPIES, k), log_var.expand(COPIES, k), _noise(k, seed))
                if _alike(out, torch.sigmoid(logits_of(parts, z))):
                    cause = name
                    break
            if cause != next(iter(SAMPLES)):
                found = f"forward decodes {cause}" if cause else "forward decodes something else than a sample"
                t.fail(expected="decode(sample of q(z|x))", found=f"{found} (in {mode} mode)", hint=TRICK)
        t.call(ask.model.train, doing="model.train()")


def _alike(out: Tensor, other: Tensor) -> bool:
    """Two sets of images with equal mean and equal spread, as far as samples can tell."""
    one, two = out.flatten(1), other.flatten(1)
    spread = [(v - v.mean(0)).square().sum(1).mean().item() for v in (one, two)]
    gap = (one.mean(0) - two.mean(0)).square().sum().item()
    return 0.85 < (spread[0] + 1e-9) / (spread[1] + 1e-9) < 1.18 and gap < 30 * sum(spread) / COPIES + 1e-7


def _no_spread(t: Trial, ask: Ask, x: Tensor, mode: str, out: Tensor, mean: Tensor, parts: dict[str, Tensor]) -> None:
    """All copies of an image got the same output."""
    expected = "another sample for each image of the batch"
    if not torch.equal(out, ask("forward", x)):
        found = f"forward uses one noise vector shared by the batch (in {mode} mode)"
        t.fail(expected=expected, found=found, hint=f"randn_like(z_mean) draws for each number. {TRICK}")
    found = f"forward has no noise in {mode} mode: two calls give the same"
    if torch.allclose(out[:1], torch.sigmoid(logits_of(parts, mean)), atol=1e-4):
        found += ", the decoded mean"
    elif mode == "training" and torch.allclose(out[:1], logits_of(parts, mean), atol=1e-3):
        found += ", and no sigmoid: logits"
    else:
        found += "; nor is it the decoded mean: is the noise drawn once, and kept?"
    hint = TRICK
    if mode == "evaluation":
        hint = "The ELBO is an average over samples, also when it is measured: nothing asks self.training here."
    t.fail(expected=expected, found=found, hint=hint)


def loss_of(t: Trial, ask: Ask, x: Tensor) -> Tensor:
    """What loss(x) gives: one number, in whatever precision the model calculates it."""
    given = x.clone()
    function = t.call(getattr, ask.model, "loss", None, doing="model.loss")
    if function is None or not callable(function):
        t.fail(expected="a method loss", found="the model has no loss", hint="def loss(self, x)")
    words = f"loss(x of shape {shape_of(x)})"
    value = t.call(function, given, doing=words, explain=lambda error: ask.explain(error, "loss", len(x)))
    hint = return_hint(value, "One tensor with one number in it, the mean over the images.")
    if isinstance(value, (int, float)):
        hint = "A float has no gradient: leave .item() to who prints."
    value = t.tensor(value, "loss returned", expected="a tensor of shape ()", hint=hint, finite=False)
    if not value.isfinite().all():
        found = f"loss returned {show(value)}, with NaN or infinity in it"
        hint = (
            "Is the logarithm of a probability taken that was rounded to 0 or 1? The loss takes the logits themselves."
        )
        t.fail(expected="a finite number", found=found, hint=hint)
    if not torch.equal(given, x):
        t.fail(expected="x unchanged", found="loss changed x in place", hint="Make new tensors.")
    if value.shape != ():
        t.fail(expected="a tensor of shape ()", found=f"loss returned {show(value)}", hint=hint)
    return value


def expect_loss(t: Trial, ask: Ask, places: Places, k: int, seed: int) -> None:
    """With a posterior that is a point, nearly, there is one right number."""
    x = pictures(7, seed + 2)
    with _weights(ask, places, k, seed, -24.0) as parts:
        mean, log_var = ask("posterior", x, tensors=2)
        logits = logits_of(parts, mean.detach())
        right = sum(elbo_terms(x, logits, mean.detach(), log_var.detach())).mean().item()
        for mode in ("training", "evaluation"):
            t.call(ask.model.train if mode == "training" else ask.model.eval, doing=f"model in {mode} mode")
            value = loss_of(t, ask, x).item()
            if close(value, right, rel=2e-5):
                continue
            expected = f"{number(right)} nats, where q(z|x) is so narrow that the sample is the mean"
            again = loss_of(t, ask, x).item()

            def elsewhere() -> tuple[float, tuple[Tensor, Tensor, Tensor, Tensor]]:
                other = pictures(11, seed + 8)
                with torch.no_grad():
                    pair = ask("posterior", other, tensors=2)
                    return loss_of(t, ask, other).item(), (other, logits_of(parts, pair[0]), *pair)

            cause, steady, shown = None, close(value, again, rel=2e-5), f"{number(value)}: "
            if steady:
                cause = explain_elbo(value, x, logits, mean.detach(), log_var.detach(), rel=1e-5, again=elsewhere)
            if cause is None:
                with torch.no_grad():
                    cause = _explain_noise(t, ask, parts, x, seed)
            if not steady and cause in (None, MIXED):
                shown = f"{number(value)} and then {number(again)}: "
                cause = (
                    "more than the noise changes from call to call",
                    "Are the images or the target drawn anew? Only the noise of the sample is, and here it is tiny.",
                )
            shown = shown if cause else ""
            cause = cause or (
                f"{number(value)}, which no usual mistake explains",
                "loss(x) is negative_elbo(x, logits, z_mean, z_log_var), with the logits of a decoded sample.",
            )
            t.fail(expected=expected, found=f"loss, in {mode} mode: {shown}{cause[0]}", hint=cause[1])
        t.call(ask.model.train, doing="model.train()")
        _expect_gradients(t, ask, places, parts, x, seed)
        with torch.no_grad():
            parts["pixels"].mul_(40)
            parts["pixels_bias"].add_(3)
            logits = logits_of(parts, mean)
            value, right = loss_of(t, ask, x).item(), sum(elbo_terms(x, logits, mean, log_var)).mean().item()
        if not close(value, right, rel=2e-4):
            t.fail(
                expected=f"{number(right)} nats where the decoder is certain: logits up to {logits.abs().max():.3g}",
                found=f"{number(value)}: is the probability formed, and its logarithm taken after that?",
                hint="Give negative_elbo the logits as the last layer makes them: not the logit of what decode gives.",
            )


def _many(x: Tensor) -> Tensor:
    return x.repeat(COPIES // len(x) + 1, 1, 1, 1)[:COPIES]


def _explain_noise(t: Trial, ask: Ask, parts: dict[str, Tensor], images: Tensor, seed: int) -> tuple[str, str] | None:
    """The kind of sample that the losses of many copies of each image speak for; None if no kind does."""
    gaps = dict.fromkeys(SAMPLES, 0.0)
    for image in images.split(1):
        x = image.repeat(COPIES // 5, 1, 1, 1)
        value = loss_of(t, ask, x).item()
        mean, log_var = ask("posterior", x, tensors=2)
        kl = kl_terms(mean.double(), log_var.double()).sum(1).mean().item()
        for name, sample in SAMPLES.items():
            z = sample(mean, log_var, _noise(mean.shape[1], seed)[: len(x)])
            pixels = bernoulli(x, logits_of(parts, z)).flatten(1).sum(1)
            error = pixels.std().item() / len(x) ** 0.5 + 2e-5 * abs(value)
            gaps[name] = max(gaps[name], abs(value - kl - pixels.mean().item()) / error)
    best, right = min(gaps, key=gaps.__getitem__), next(iter(SAMPLES))
    if gaps[right] <= 7 and best != right:  # no kind can be told from the right one: it is something else
        return MIXED
    if gaps[best] > 7 or best == right:
        return None
    return f"it decodes {best}", TRICK


def expect_noisy_loss(t: Trial, ask: Ask, places: Places, k: int, seed: int) -> None:
    """With a wide posterior: the right scatter, the right average in both modes, the right gradients."""
    x = pictures(7, seed + 3)
    with _weights(ask, places, k, seed, 1.6) as parts:
        scatter = _expect_scatter(t, ask, parts, x, seed)
        for mode in ("training", "evaluation"):
            t.call(ask.model.train if mode == "training" else ask.model.eval, doing=f"model in {mode} mode")
            _expect_mean(t, ask, parts, x, seed, mode, scatter)
        t.call(ask.model.train, doing="model.train()")
        if scatter == 0:
            t.fail(expected="new noise at each call", found="two calls of loss give exactly the same", hint=TRICK)
        _expect_gradients(t, ask, places, parts, x, seed)


@torch.no_grad()
def _expect_mean(t: Trial, ask: Ask, parts: dict[str, Tensor], x: Tensor, seed: int, mode: str, scatter: float) -> None:
    many = _many(x)
    value = loss_of(t, ask, many).item()
    mean, log_var = ask("posterior", many, tensors=2)
    z = mean + (log_var / 2).exp() * _noise(mean.shape[1], seed)
    nats = sum(elbo_terms(many, logits_of(parts, z), mean, log_var))
    right, error = nats.mean().item(), nats.std().item() / COPIES**0.5
    if abs(value - right) < 9 * error:  # both are averages of as many samples: 6.4 standard errors of the difference
        return
    cause = _explain_noise(t, ask, parts, x, seed)
    if cause is None and scatter == 0:
        cause = "two calls of loss give exactly the same: is the noise drawn once, and kept?", TRICK
    cause = cause or ("something else than a sample of q(z|x) is decoded", TRICK)
    found = f"{number(value)}, in {mode} mode: {cause[0]}"
    t.fail(expected=f"about {number(right)} nats, where q(z|x) is wide", found=found, hint=cause[1])


@torch.no_grad()
def _expect_scatter(t: Trial, ask: Ask, parts: dict[str, Tensor], x: Tensor, seed: int) -> float:
    """How much the losses of many copies of an image differ from call to call; too much is noise that they share."""
    copies = x[:1].repeat(200, 1, 1, 1)
    values = torch.stack([loss_of(t, ask, copies) for _ in range(12)]).double()
    mean, log_var = ask("posterior", _many(x[:1]), tensors=2)
    z = mean + (log_var / 2).exp() * _noise(mean.shape[1], seed)
    wanted = bernoulli(_many(x[:1]), logits_of(parts, z)).flatten(1).sum(1).std() / 200**0.5
    if values.std() > 6 * wanted:  # shared noise: 14 times as much, independent of each other: 1
        t.fail(
            expected=f"losses of 200 copies of an image that scatter by about {wanted:.2g} nats",
            found=f"they scatter by {values.std():.2g} nats: one noise vector is shared by the batch",
            hint=TRICK,
        )
    return values.std().item()


def _expect_gradients(t: Trial, ask: Ask, places: Places, parts: dict[str, Tensor], x: Tensor, seed: int) -> None:
    """Is the share of the pixels in the gradients of the two layers the right one? Twice: with and without noise."""
    x, bias = _many(x), {}
    value = loss_of(t, ask, x)
    if not value.requires_grad:
        t.fail(expected="a loss to learn from", found="the loss has no gradient at all", hint=CUT)
    got = torch.autograd.grad(value, list(ask.model.parameters()), allow_unused=True)
    for name in ("mean", "log_var"):
        place, start, rows = places.places[f"{name}_bias"]
        bias[name] = torch.zeros(rows) if got[place] is None else got[place][start : start + rows].double()
    pixels, kl = _right_gradients(ask, parts, x, seed)
    for name, gradient in bias.items():
        label, way = f"z_{name}", pixels[name]
        if not gradient.any():
            t.fail(expected=f"a gradient for {label}", found=f"no gradient reaches {label} at all", hint=CUT)
        if _near(gradient, way) and not _near(way + kl[name], way):
            found = f"{label} learns from the pixels only: no gradient comes through the KL"
            t.fail(expected=f"both terms to reach {label}", found=found, hint=CUT)
        if way.norm() < 1e-2 * kl[name].norm():
            continue  # no noise, so that the pixels say nothing about the variance
        share = (((gradient - kl[name]) @ way) / (way @ way)).item()  # 1: also through the sample; 0: only the KL
        if abs(share) < 0.4:
            t.fail(
                expected="a gradient from the pixels, through the sample, to z_mean and z_log_var",
                found=f"{label} learns from the KL only: the gradient of the pixels does not come through the sample",
                hint=f"The noise, or the sample, is cut off. {CUT} Only the noise is a constant.",
            )
        if abs(share - 1) > 0.4:
            found = f"the gradient of {label} through the sample is {share:.2g} times the right one"
            t.fail(expected="the gradient of the negative ELBO", found=found, hint=CUT)


def _near(one: Tensor, other: Tensor) -> bool:
    return bool((one - other).norm() <= 0.02 * other.norm() + 1e-3)


def _right_gradients(ask: Ask, parts: dict[str, Tensor], x: Tensor, seed: int) -> tuple[dict, dict]:
    """Of the pixels' term, and of the KL, in the two biases: name -> (k,)."""
    mean, log_var = (v.detach().requires_grad_() for v in ask("posterior", x, tensors=2))
    z = mean + (log_var / 2).exp() * _noise(mean.shape[1], seed)
    h = torch.relu(F.linear(z, parts["outward"], parts["outward_bias"]))
    logits = F.linear(h, parts["pixels"], parts["pixels_bias"]).unflatten(1, (1, 28, 28))
    terms = bernoulli(x, logits).flatten(1).sum(1).mean(), kl_terms(mean, log_var).sum(1).mean()
    names = "mean", "log_var"
    both = [torch.autograd.grad(term, [mean, log_var], retain_graph=True) for term in terms]
    pixels, kl = ({name: g.sum(0).double() for name, g in zip(names, pair, strict=True)} for pair in both)
    return pixels, kl
