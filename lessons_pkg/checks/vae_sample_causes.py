"""Task 5.1: from 20,000 samples to the formula they were drawn with. All in float64."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["LEVELS", "centre_cause", "noise_cause", "rows_cause", "scale_cause"]

# The log variance of each column: wide enough that no two formulas agree, and that a clamp shows.
LEVELS = (-12.0, -3.0, -1.2, -0.4, 0.6, 1.5, 12.0)
_PRECISE = slice(0, 6)  # columns whose spread is no larger than that of their means
Cause = tuple[str, str]

_LOG = "z_log_var = log(sigma^2), so sigma = ... : solve it for sigma."
_SCALES: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "the variance exp(z_log_var) in place of its root": (torch.exp, _LOG),
    "z_log_var itself taken for the standard deviation: no exponential": (torch.abs, _LOG),
    "half of z_log_var taken for the standard deviation: no exponential": (lambda v: v.abs() / 2, _LOG),
    "z_log_var taken for the variance, the root of it": (lambda v: v.abs().sqrt(), _LOG),
    "always 1: the noise is added as it is, and z_log_var does nothing": (torch.ones_like, _LOG),
    "exp(-z_log_var / 2): the sign is wrong": (lambda v: (-v / 2).exp(), "A larger log variance means more noise."),
    "exp(-z_log_var): the sign is wrong": (lambda v: (-v).exp(), "A larger log variance means more noise."),
    "exp(2 * z_log_var)": (lambda v: (2 * v).exp(), _LOG),
    "exp(z_log_var / 4), one root too many": (lambda v: (v / 4).exp(), _LOG),
    "half of exp(z_log_var): the factor 1/2 belongs inside the exponential": (lambda v: v.exp() / 2, _LOG),
    "half of exp(z_log_var / 2)": (lambda v: (v / 2).exp() / 2, "The factor 1/2 is needed once, inside."),
    "twice exp(z_log_var / 2)": (lambda v: 2 * (v / 2).exp(), "Nothing is doubled."),
    "a softplus of z_log_var": (F.softplus, "A softplus answers another question: z_log_var is a logarithm."),
    "the root of a softplus of z_log_var": (lambda v: F.softplus(v).sqrt(), "z_log_var is a logarithm: undo it."),
    "a sigmoid of z_log_var": (torch.sigmoid, "A logarithm is undone by an exponential."),
    "2 to the power of z_log_var / 2": (lambda v: 2 ** (v / 2), "The logarithm is the natural one."),
    "10 to the power of z_log_var / 2": (lambda v: 10 ** (v / 2), "The logarithm is the natural one."),
    "1 + z_log_var / 2, the beginning of a series": (lambda v: (1 + v / 2).abs(), "torch.exp is exact."),
    "1 + exp(z_log_var / 2)": (lambda v: 1 + (v / 2).exp(), "Nothing is added to the standard deviation."),
}


def noise_cause(z: Tensor, mean: Tensor, log_var: Tensor) -> Cause | None:
    """What is wrong with the noise, whatever its scale and centre. z, mean: (N, k); log_var: (k,)."""
    rest = z - mean
    with_slope = z - _slopes(z, mean) * mean
    own = "randn_like(z_mean) draws one number for each number of z_mean."
    for residue in (rest, with_slope):
        spread = (residue[:50] - residue[0]).abs().amax(0)
        if (spread <= 1e-4 * residue[0].abs() + 1e-6).all():
            noise = residue[0] / (log_var / 2).exp()
            if torch.allclose(noise, noise[2], atol=1e-3, rtol=1e-3):
                return "one single random number for the whole batch, in every dimension", own
            return "one noise vector shared by the batch: every image gets the same noise", (
                f"{own} The images of a batch are to be independent of each other."
            )
    if _roles_exchanged(z, mean, log_var):
        return "noise times z_mean, plus the standard deviation: the two are exchanged", "Which one is the centre?"
    if _arguments_exchanged(z, mean, log_var):
        return "a sample around z_log_var, as wide as z_mean says: the two are exchanged", "z_mean comes first."
    if (silent := (rest[:, 1:6] == 0).double().mean(0)).max() > 0.02:
        where = "in some dimensions" if silent.max() > 0.98 else "for some images"
        return f"no noise {where}: z is z_mean there", f"{own} Leave out none of them."
    if cause := _bent(rest, mean):
        return cause
    scaled = (with_slope - with_slope.mean(0)) / with_slope.std(0)
    correlation = scaled.T @ scaled / len(z) - torch.eye(z.shape[1], dtype=z.dtype)
    if correlation[:, 1:6].abs()[1:6].max() > 0.9:
        return "one random number for each image, shared by all its dimensions", f"{own} Not (N, 1), and not (N,)."
    skewness, kurtosis = scaled.pow(3).mean(0)[1:6], scaled.pow(4).mean(0)[1:6]
    if torch.allclose(kurtosis, torch.full_like(kurtosis, 1.8), atol=0.1):
        shift = (rest.mean(0) / (log_var / 2).exp())[1:6]
        kind = "torch.rand, which lies in [0, 1)" if (shift > 0.2).all() else "an interval around 0"
        return f"the noise is uniform, not normal: as from {kind}", "rand draws evenly; randn draws from N(0, 1)."
    if skewness.abs().max() > 0.4:
        return "the noise is lopsided: it has a long tail on one side only, as after abs or exp", (
            "Noise from N(0, 1) is as often negative as positive. Draw it, and leave it as it is."
        )
    if (kurtosis < 1.2).all():
        return "the noise has two values only, one on each side", "randn draws from N(0, 1); sign and randint do not."
    if (kurtosis - 3).abs().max() > 0.4:
        return f"the noise is not normal: its fourth moment is {kurtosis.mean():.2g}, not 3", (
            "Draw it by randn or randn_like. No other distribution, no clamp, no dropout."
        )
    if scaled[:, 1:6].abs().max() < 3.6:
        return (
            f"the noise is cut off: none of {scaled[:, 1:6].numel():,} numbers is far out",
            "Leave the noise as it is.",
        )
    if correlation[1:6, 1:6].abs().max() > 0.08:
        return "the noise of one dimension depends on that of another", own
    for step in (1, 2, len(z) // 2):
        if (scaled * scaled.roll(step, 0)).mean(0)[1:6].abs().max() > 0.08:
            return "the noise of one image depends on that of another", own
    if (scaled * scaled.flip(0)).mean(0)[1:6].abs().max() > 0.08:
        return "the noise of one image depends on that of another", own
    if len(scaled[:, 2].unique()) < 0.9 * len(z):
        return "the same noise is used for several images", own
    return None


def _bent(rest: Tensor, mean: Tensor) -> Cause | None:
    """Does what is left when z_mean is subtracted depend on z_mean in another way than along a line?

    The rows are put into twelve groups by their mean. Columns 2 to 4, whose spread is about that of their noise.
    """
    order = mean.argsort(0)
    residue = torch.stack([rest[order[:, j], j] for j in range(1, 5)], 1)
    place = torch.stack([mean[order[:, j], j] for j in range(1, 5)], 1)
    size = len(rest) // 12
    groups, x = (v[: 12 * size].unflatten(0, (12, size)) for v in (residue, place))
    level, x = groups.mean(1), x.mean(1)
    spread = groups.std(1)
    error = spread.mean(0) / math.sqrt(size)
    line = x * ((x - x.mean(0)) * (level - level.mean(0))).sum(0) / (x - x.mean(0)).square().sum(0)
    if ((level - level.mean(0) - (line - line.mean(0))).abs() > 8 * error + 1e-4).all(1).any():
        return "z_mean itself is changed before the noise is added, by a clamp or another function", (
            "z_mean is added as it is: every number, also a large one."
        )
    if (spread.amax(0) > 2.5 * spread.amin(0)).all():
        return "the noise is larger where z_mean is: it is multiplied by something that depends on z_mean", (
            "The standard deviation comes from z_log_var alone."
        )
    return None


def centre_cause(z: Tensor, mean: Tensor, log_var: Tensor) -> Cause | None:
    """What the samples lie around, if it is not z_mean."""
    slopes = _slopes(z, mean)
    scatter = (z - slopes * mean).std(0)
    error = scatter / (mean.std(0) * math.sqrt(len(z))) + 1e-6
    if ((slopes - 1).abs() > 8 * error).any():
        slope = slopes[_PRECISE].mean().item()
        if slopes[_PRECISE].abs().max() < 0.1:
            if torch.allclose(scatter, torch.ones_like(scatter), rtol=0.05):
                return "a sample of N(0, I), the prior, in place of the posterior", (
                    "q(z|x) is what the encoder says of this image: both arguments are needed."
                )
            return "a sample around 0: z_mean is not added", "The noise is what comes on top of the mean."
        for factor, words in ((-1, "minus z_mean"), (2, "twice z_mean"), (0.5, "half of z_mean")):
            if (slopes[_PRECISE] - factor).abs().max() < 0.1:
                return f"a sample around {words}", "z_mean as it is, once."
        if torch.allclose(slopes, (log_var / 2).exp(), rtol=0.1):
            return "z_mean too is multiplied by the standard deviation", "The noise alone is scaled."
        return f"when z_mean grows by 1, the sample grows by {slope:.3g}", "z_mean is added, as it is."
    shift = (z - mean).mean(0)
    error = 8 * scatter / math.sqrt(len(z)) + 1e-6
    if (shift.abs() > error).any():
        sigma = (log_var / 2).exp()
        words = f"a sample that lies {(shift / sigma)[1:6].mean():.2g} standard deviations beside z_mean"
        if ((shift - sigma).abs() < error + 0.02 * sigma).all():
            words = "the standard deviation is added once more, beside the noise"
        elif ((shift - log_var).abs() < error + 0.02 * log_var.abs()).all():
            words = "z_log_var is added, beside the noise"
        return words, "The mean of the noise is 0: nothing else is added to z_mean."
    return None


def scale_cause(z: Tensor, mean: Tensor, log_var: Tensor) -> Cause | None:
    """The formula of the spread, if it is not exp(log_var / 2)."""
    scatter = (z - mean).std(0)
    if torch.allclose(scatter, (log_var / 2).exp(), rtol=0.05):
        return None
    for words, (formula, hint) in _SCALES.items():
        if torch.allclose(scatter, formula(log_var), rtol=0.05):
            return words, hint
    inner = slice(1, 6)
    if torch.allclose(scatter[inner], (log_var / 2).exp()[inner], rtol=0.05):
        more = scatter.square()[0] - log_var.exp()[0], scatter[0] - (log_var[0] / 2).exp()
        for added, what in zip(more, ("variance", "standard deviation"), strict=True):
            power = round(math.log10(max(added.item(), 1e-30)))
            if abs(added.item() / 10**power - 1) < 0.06 and math.isclose(
                scatter[6], (log_var[6] / 2).exp(), rel_tol=0.05
            ):
                return f"1e{power} is added to the {what}", "Nothing is to be kept away from 0: exp is positive."
        limits = (2 * scatter[[0, 6]].log()).tolist()
        return f"z_log_var is clamped, here to [{limits[0]:.2g}, {limits[1]:.2g}]", "Leave it as it comes."
    if torch.allclose(scatter[inner], log_var.exp()[inner], rtol=0.05):
        return "the variance in place of its root, and a clamp", _LOG
    sigma = (log_var / 2).exp()
    ratio = scatter / sigma
    if torch.allclose(ratio, ratio[3], rtol=0.03):
        return f"{ratio[3]:.3g} times exp(z_log_var / 2)", "The noise is drawn once, from N(0, 1), and is scaled once."
    if torch.allclose(scatter, scatter[3], rtol=0.03):
        return f"a spread of {scatter[3]:.3g} in all dimensions", (
            "Each dimension has a variance of its own. Is z_log_var averaged over the dimensions, or one of them taken?"
        )
    pairs = ", ".join(
        f"{s:.3g} where z_log_var is {v:.2g}" for s, v in zip(scatter[1:4].tolist(), log_var[1:4].tolist(), strict=True)
    )
    return f"a spread of {pairs}", _LOG


def rows_cause(z: Tensor, log_var: Tensor) -> Cause | None:
    """Is the variance that of each row? The rows of log_var (N, k) are of two kinds, in turn; the mean is 0."""
    scatter = torch.stack([z[0::2].std(0), z[1::2].std(0)])
    right = (log_var[:2] / 2).exp()
    if torch.allclose(scatter, right, rtol=0.15):
        return None
    hint = "Every image has a variance of its own: z_log_var is taken as it comes, (N, k)."
    if torch.allclose(scatter, right[:1].expand(2, -1), rtol=0.15):
        return "every image gets the variance of the first one", hint
    if torch.allclose(scatter, (log_var[:2].mean(0) / 2).exp().expand(2, -1), rtol=0.15):
        return "z_log_var is averaged over the batch: every image gets the same variance", hint
    if torch.allclose(scatter[0], scatter[1], rtol=0.15):
        return "all images get the same variance, although z_log_var differs", hint
    return "the variances of different images are mixed", hint


def _slopes(z: Tensor, mean: Tensor) -> Tensor:
    """How much each column of z grows with its mean, by least squares."""
    centred = mean - mean.mean(0)
    return (centred * (z - z.mean(0))).sum(0) / centred.square().sum(0)


def _is_standard(noise: Tensor) -> bool:
    return bool((noise.mean(0).abs() < 0.1).all() and ((noise.std(0) - 1).abs() < 0.1).all())


def _roles_exchanged(z: Tensor, mean: Tensor, log_var: Tensor) -> bool:
    return _is_standard(((z - (log_var / 2).exp()) / mean)[:, 1:6])


def _arguments_exchanged(z: Tensor, mean: Tensor, log_var: Tensor) -> bool:
    return _is_standard(((z - log_var) / (mean / 2).exp())[:, 1:6])
