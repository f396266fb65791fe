"""Task 5.5: where codes and points came from, told by their moments; and the numbers that an error becomes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor

from lessons_pkg.checks.error_causes import wrong_units
from lessons_pkg.checks.vae_stand_ins import StandInAE, StandInVAE

__all__ = ["ae_codes_cause", "error_of", "gaussian_cause", "vae_codes_cause", "wrong_errors"]

Cause = tuple[str, str]

_SAMPLES = "The decoder was trained on samples of q(z|x): sample(*vae.posterior(train)), one for each image."


def _moments(points: Tensor) -> tuple[Tensor, Tensor]:
    return points.mean(0), torch.cov(points.T, correction=0)


@torch.no_grad()
def ae_codes_cause(codes: Tensor, ae: StandInAE, vae: StandInVAE, train: Tensor, test: Tensor) -> Cause | None:
    """What the codes are if they are not ae.encode(train) in evaluation mode."""
    ae.eval(), vae.eval()
    right = ae.encode(train).double()
    if codes.shape == right.shape and torch.allclose(codes, right, atol=1e-4):
        return None
    scaled = (right - right.mean(0)) / right.std(0)
    others = [
        (ae.encode(test), "the codes of the test images", "The cloud of codes is that of train."),
        (ae.train().encode(train), "codes in training mode", "Call eval() on both models first."),
        (vae.encode(train), "the means of the VAE", "The codes of the AE are ae.encode(train)."),
        (scaled, "standardised codes", "The codes as they are: the metric may scale, you do not."),
        (right - right.mean(0), "centred codes", "The codes as they are."),
        (ae.eval().encode(ae(train)), "the codes of reconstructions", "ae.encode(train) is enough."),
    ]
    return (
        _first_alike(codes, others)
        or _wrong_rows(codes, right)
        or (
            "other numbers than ae.encode(train)",
            "The codes as encode gives them: nothing is rounded, scaled or added.",
        )
    )


@torch.no_grad()
def vae_codes_cause(codes: Tensor, ae: StandInAE, vae: StandInVAE, train: Tensor, test: Tensor) -> Cause | None:
    """What the codes are if they are not samples of q(z|x) for the training images in evaluation mode."""
    ae.eval(), vae.eval()
    mean, log_var = (v.double() for v in vae.posterior(train))
    if codes.shape == mean.shape and _standard(noise := (codes - mean) / (log_var / 2).exp()):
        if torch.equal(noise[0], noise[1]) or torch.allclose(noise[:20], noise[:1].expand(20, -1), atol=1e-3):
            return "one noise vector shared by all images", _SAMPLES
        return None
    test_mean, test_log_var = (v.double() for v in vae.posterior(test))
    others = [
        (mean, "the means, not samples", _SAMPLES),
        (test_mean, "the means of the test images", _SAMPLES),
        (ae.encode(train), "the codes of the AE", _SAMPLES),
        (mean + (log_var / 2).exp(), "the mean plus the standard deviation, without noise", _SAMPLES),
    ]
    if cause := _first_alike(codes, others):
        return cause
    if codes.shape == mean.shape:
        loud_mean, loud_log_var = (v.double() for v in vae.train().posterior(train))
        vae.eval()
        guesses = [
            ((codes - loud_mean) / (loud_log_var / 2).exp(), "samples of q(z|x) in training mode", "eval() first."),
            ((codes - mean) / log_var.exp(), "samples whose spread is the variance, not its root", _SAMPLES),
            ((codes - mean), "samples with noise of spread 1", _SAMPLES),
            (codes, "samples of N(0, I), which say nothing about the images", _SAMPLES),
        ]
        for noise, words, hint in guesses:
            if _standard(noise):
                return words, hint
        if torch.allclose(codes[:20] - mean[:20], (codes - mean)[:1].expand(20, -1), atol=0.5):
            return "one noise vector shared by all images", _SAMPLES
    if codes.shape == test_mean.shape and _standard((codes - test_mean) / (test_log_var / 2).exp()):
        return "samples for the test images", "The cloud of codes is that of train."
    return _wrong_rows(codes, mean) or ("other numbers than samples of q(z|x) for train", _SAMPLES)


def _standard(noise: Tensor) -> bool:
    near = (noise.mean(0).abs() < 0.15).all() and ((noise.std(0) - 1).abs() < 0.12).all()
    return bool(near and (noise.pow(4).mean(0) > 2.3).all())


def _first_alike(codes: Tensor, others: list[tuple[Tensor, str, str]]) -> Cause | None:
    for other, words, hint in others:
        if codes.shape == other.shape and torch.allclose(codes, other.double(), atol=1e-4):
            return words, hint
    return None


def _wrong_rows(codes: Tensor, right: Tensor) -> Cause | None:
    if codes.shape == right.shape:
        return None
    return f"a tensor of shape {tuple(codes.shape)}, where there are {len(right)} training images", (
        "One code for each training image: all of them, and none of the test images."
    )


def gaussian_cause(points: Tensor, codes: Tensor, *, prior: bool, others: dict[str, Tensor]) -> Cause | None:
    """What the points are if they are not drawn from a Gaussian with mean and covariance of codes (or N(0, I)).

    others: sets of codes whose Gaussian might have been taken instead, by their names.
    """
    if points.shape != codes.shape:
        return f"{len(points)} points for {len(codes)} codes", "As many points as codes."
    mean, cov = _moments(codes)
    identity = torch.eye(len(mean), dtype=mean.dtype)
    first = {"N(0, I)": (0 * mean, identity)} if prior else {"the codes": (mean, cov)}
    if (sorted_points := points.sort(0).values) is not None and torch.allclose(
        sorted_points, codes.sort(0).values, atol=1e-5
    ):
        return "the codes themselves, shuffled or not", "The points are drawn from a distribution; these were encoded."
    if len(points.unique(dim=0)) < 0.05 * len(points):
        return "a few points, each of them many times", "One draw for each point: expand and repeat copy one draw."
    if len(torch.cat([codes, points]).unique(dim=0)) < len(codes) + 0.5 * len(points):
        return "points that are codes, picked at random", "The points are drawn from the Gaussian, not from the codes."
    spread, squares = cov.diagonal(), codes.T @ codes / len(codes)
    guesses = {
        **first,
        "N(0, I)": (0 * mean, identity),
        "the codes": (mean, cov),
        "a Gaussian without the correlations of the codes": (mean, torch.diag(spread)),
        "a Gaussian around the mean with covariance I": (mean, identity),
        "a Gaussian around 0, without the mean of the codes": (0 * mean, cov),
        "a Gaussian around 0, without mean and correlations": (0 * mean, torch.diag(spread)),
        "a Gaussian whose spread in each direction is the variance, not its root": (mean, cov @ cov),
        "a Gaussian with the variances for standard deviations, and without correlations": (
            mean,
            torch.diag(spread**2),
        ),
        "a Gaussian with the standard deviations for variances": (mean, torch.diag(spread.sqrt())),
        "a Gaussian with one spread for all dimensions": (mean, identity * codes.std() ** 2),
        "a Gaussian with the second moments around 0, not the covariance": (mean, squares),
        "a Gaussian with the inverse of the covariance": (mean, torch.linalg.pinv(cov)),
        **{f"{_WRONG_SIDE}{' ' * i}": (mean, wrong) for i, wrong in enumerate(_wrong_sides(cov))},
        **{f"a Gaussian fitted to {name}": _moments(other) for name, other in others.items()},
        **{
            f"a Gaussian fitted to {name}, without correlations": (m, torch.diag(c.diagonal()))
            for name, (m, c) in ((name, _moments(other)) for name, other in others.items())
        },
    }
    shape = _shape(points)
    name = next((name.rstrip() for name, moments in guesses.items() if _fits(points, *moments)), None)
    if name in first:
        if shape and name == next(iter(first)):
            return (
                f"points with the right mean and covariance, but {shape}",
                "Draw Gaussian noise, by torch.randn.",
            )
        return None
    hints = "Mean and covariance, with all k x k entries, of the codes that the metric gets: torch.cov gives those."
    if prior:
        hints = "torch.randn of the shape of the codes: that is N(0, I), whatever the codes are."
    if name == _WRONG_SIDE:
        hints = "A row of noise: mean + noise @ L.T with Cholesky's L, or mean + noise * roots @ V.T with eigh's V."
    if name is None:
        box = torch.stack([codes.amin(0), codes.amax(0)])
        uniform = (points >= box[0] - 1e-4).all() and (points <= box[1] + 1e-4).all() and "flat" in shape
        if uniform:
            return "points spread evenly over the box around the codes", hints
    return name or f"points around {points.mean().item():.2g} with another spread than that of the codes", hints


_WRONG_SIDE = "noise multiplied by the root of the covariance from the wrong side (root for root.T)"


def _wrong_sides(cov: Tensor) -> list[Tensor]:
    """The covariance of noise @ L, not @ L.T; and of noise * roots @ V, not @ V.T, for all signs of the vectors."""
    values, vectors = torch.linalg.eigh(cov)
    lower = torch.linalg.cholesky(cov + 1e-9 * torch.eye(len(cov), dtype=cov.dtype))
    signs = product((1.0, -1.0), repeat=len(values) - 1)  # all of them turned at once change nothing
    flipped = [vectors * torch.tensor([1.0, *sign], dtype=cov.dtype) for sign in signs]
    return [lower.T @ lower, *(v.T @ torch.diag(values.clamp(min=0)) @ v for v in flipped)]


def _fits(points: Tensor, mean: Tensor, cov: Tensor) -> bool:
    """Whitened by these moments, is the mean of the points 0 and their covariance I, as far as 2,000 can tell?"""
    values, vectors = torch.linalg.eigh(cov)
    white = (points - mean) @ vectors / values.clamp(min=1e-9).sqrt()
    error = torch.cov(white.T, correction=0) - torch.eye(len(mean), dtype=mean.dtype)
    return bool(white.mean(0).abs().max() < 0.2 and error.abs().max() < 0.25)


def _shape(points: Tensor) -> str:
    scaled = (points - points.mean(0)) / points.std(0)
    fourth = scaled.pow(4).mean(0)
    if (fourth < 1.55).any():
        return "in two clouds, as the codes are"
    if (fourth < 2.3).any():
        return f"spread too flat (a fourth moment of {fourth.min():.2g}, not 3)"
    return f"with long tails (a fourth moment of {fourth.max():.2g}, not 3)" if (fourth > 4.2).any() else ""


def error_of(model: StandInAE, images: Tensor) -> float:
    """Mean squared error per pixel of decode(encode(x)), in evaluation mode."""
    with torch.no_grad():
        model.eval()
        return (model.decode(model.encode(images)) - images).square().mean().item()


@torch.no_grad()
def wrong_errors(model: StandInAE, other: StandInAE, train: Tensor, test: Tensor) -> Iterator[tuple[float, str, str]]:
    """What typical mistakes give in place of the error on the test images."""
    yield error_of(model, train), "the error on the training images", "What a model has seen it may know by heart."
    yield error_of(other, test), "the error of the other model", "The AE and the VAE are exchanged."
    model.train()
    loud = model.decode(model.encode(test))
    yield (loud - test).square().mean().item(), "the error in training mode", "Call eval() on both models first."
    model.eval()
    yield from wrong_units(model.decode(model.encode(test)), test, len(test))
    if isinstance(model, StandInVAE):
        mean, log_var = model.posterior(test)
        yield (
            (model.decode(mean + (log_var / 2).exp()) - test).square().mean().item(),
            "the error of mean plus standard deviation",
            "Decode the mean.",
        )
