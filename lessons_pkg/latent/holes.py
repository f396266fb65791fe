"""Problem 3 of an autoencoder's latent space: holes, where the decoder was never trained, and sudden changes."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from lessons_pkg.evaluating import evaluating
from lessons_pkg.latent.area import nearest_codes
from lessons_pkg.latent.sampling import checked, whitening

_DECODED_AT_ONCE = 1000


def neighbour_distance(points: Tensor, codes: Tensor, held_out: Tensor) -> Tensor:
    """How far each point lies from the codes, with a fresh code as the measure: (M, k) -> (M,), float64.

        d(z) = min_n |w(z) - w(c_n)|,   answer = d(z) / median of d over the held-out codes

    w whitens by the codes (N, k). held_out: (H, k), codes of images of the same kind, none of which is in ``codes``.
    1 is how far from its nearest neighbour a fresh code typically lies. Unchanged by any invertible affine map of the
    code space. For a VAE see ``whitening`` on which codes to pass.

    Raises ValueError for wrong shapes, NaN, codes that cannot be whitened, and where half of the held-out codes
    or more coincide with a code (then they are not held out).
    """
    white = whitening(codes)
    reference = white.apply(codes)
    fresh, _ = nearest_codes(white.apply(checked(held_out, "held_out", dims=reference.shape[1])), reference)
    unit = float(np.median(fresh.numpy()))
    if unit < 1e-6:  # in standard deviations; brute force leaves about 1e-7 of what is 0
        raise ValueError("half of the held-out codes coincide with a code: hold out codes that are not among the codes")
    distance, _ = nearest_codes(white.apply(checked(points, "points", dims=reference.shape[1])), reference)
    return distance / unit


def hole_share(points: Tensor, codes: Tensor, held_out: Tensor, *, radius: float = 3.0) -> float:
    """Share of the points with no code within ``radius`` units of ``neighbour_distance``.

    Where codes are spread evenly in k dimensions, a fresh code is further than r medians from all of them with
    probability 2^-(r^k): for r = 3 in the plane 2^-9, about 0.002. In more dimensions nearest distances hardly differ,
    and the same r means far less: r = 3^(2/k) keeps 2^-9 for every k, and is what to compare code sizes with.
    Real codes are not spread evenly: their thin outskirts count as holes too. So show the share of *other held-out
    codes* beside it.

    Raises ValueError as ``neighbour_distance`` does, and for a radius that is not above 0.
    """
    if not (math.isfinite(radius) and radius > 0):
        raise ValueError(f"radius={radius}: the radius is above 0")
    return float((neighbour_distance(points, codes, held_out) > radius).double().mean())


def round_trip_error(model: nn.Module, points: Tensor, codes: Tensor) -> Tensor:
    """How far a point is moved by decoding and encoding it: |w(encode(decode(z))) - w(z)| / sqrt(k), (M, k) -> (M,).

    The root mean square over the k dimensions, in standard deviations of the codes (N, k), by which w whitens. 0 where
    the decoded image is recognised as what it was meant to be; about sqrt(2) if the answer is the code of an image
    that has nothing to do with z, z drawn like the codes. For a VAE see ``whitening`` on which codes to pass; its
    ``encode`` gives the mean, so every dimension that it does not use adds about one standard deviation in any case.
    The model is put in eval mode for the while, without gradients.

    Raises ValueError for wrong shapes, NaN, codes that cannot be whitened, and an encoder whose codes, flattened,
    do not have k numbers.
    """
    white = whitening(codes)
    start = white.apply(points)
    answers = []
    with evaluating(model) as (device, dtype):
        for batch in points.split(_DECODED_AT_ONCE):
            answers.append(model.encode(model.decode(batch.to(device, dtype))).flatten(1).cpu())
    back = white.apply(checked(torch.cat(answers), "encode(decode(z))", dims=start.shape[1]))
    return (back - start).norm(dim=1) / math.sqrt(start.shape[1])


def roughness(model: nn.Module, starts: Tensor, ends: Tensor, *, steps: int = 32) -> Tensor:
    """How unevenly the decoded image changes along straight lines: (N, k), (N, k) -> (N,), float64, from 1 to steps.

        x_t = decode(start + t / steps (end - start)),   s_t = |x_t - x_{t-1}|,   answer = max_t s_t / mean_t s_t

    1 for a decoder that moves evenly, ``steps`` where the image jumps once and stands still otherwise, and, by
    definition, 1 where nothing changes at all. Unchanged when all images are scaled, or moved by one image.
    The model is put in eval mode for the while, without gradients.

    Raises ValueError for starts and ends of different shapes, NaN, NaN images, and fewer than one step.
    """
    moved, _, noise = _walk(model, starts, ends, steps)
    longest = moved.amax(1)
    return torch.where(longest <= noise, 1.0, longest / moved.mean(1)).clamp(min=1)


def detour(model: nn.Module, starts: Tensor, ends: Tensor, *, steps: int = 32) -> Tensor:
    """Path over straight distance, in pixel space, along lines in code space: (N, k), (N, k) -> (N,), at least 1.

        sum_t |x_t - x_{t-1}| / |x_steps - x_0|,   x_t as in ``roughness``

    1 where the images change along a straight line of pixel space, that is where interpolating codes does no more
    than to blend two pictures; and, by definition, 1 where nothing changes. Infinite where the images leave and come
    back to the first: report medians. It bounds the length from below; more steps see more of the path.

    Raises ValueError as ``roughness`` does.
    """
    moved, straight, noise = _walk(model, starts, ends, steps)
    length = moved.sum(1)
    still = moved.amax(1) <= noise
    returned = straight <= noise
    return torch.where(still, 1.0, torch.where(returned, math.inf, length / straight)).clamp(min=1)


def _walk(model: nn.Module, starts: Tensor, ends: Tensor, steps: int) -> tuple[Tensor, Tensor, Tensor]:
    """Per line: lengths of the steps (N, steps), distance between its end images (N,), and what is rounding (N,)."""
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps is a whole number of at least 1, not {steps!r}")
    first, last = checked(starts, "starts"), checked(ends, "ends")
    if first.shape != last.shape:
        raise ValueError(f"one end for each start: got {tuple(first.shape)} and {tuple(last.shape)}")
    times = torch.linspace(0, 1, steps + 1, dtype=torch.float64)[:, None]
    lines = max(1, _DECODED_AT_ONCE // (steps + 1))
    found = []
    with evaluating(model) as (device, dtype):
        for a, b in zip(first.split(lines), last.split(lines), strict=True):
            points = torch.lerp(a[:, None], b[:, None], times)  # (lines, steps + 1, k)
            decoded = model.decode(points.flatten(0, 1).to(device, dtype)).flatten(1).cpu().double()
            images = checked(decoded, "decode(z)").unflatten(0, points.shape[:2])
            found.append(
                (
                    images.diff(dim=1).norm(dim=2),
                    (images[:, -1] - images[:, 0]).norm(dim=1),
                    # Equal codes in different places of a batch may come out a few rounding errors apart.
                    8 * torch.finfo(dtype).eps * images.norm(dim=2).amax(1),
                )
            )
    moved, straight, noise = (torch.cat(part) for part in zip(*found, strict=True))
    return moved, straight, noise
