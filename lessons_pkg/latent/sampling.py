"""Where one may sample from: the box around the codes, a Gaussian fitted to them, N(0, I). And how to whiten codes.

An autoencoder says nothing about where to sample; whoever samples chooses. The choice decides what the measures of
``area``, ``holes`` and ``fidelity`` say, so a result names it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


def checked(points: Tensor, name: str, *, least: int = 1, dims: int | None = None) -> Tensor:
    """The points (N, k) in float64 on the CPU.

    Raises ValueError for anything but a matrix of finite floating-point numbers with at least ``least`` rows,
    and, if ``dims`` is given, with that many columns.
    """
    if not isinstance(points, Tensor) or points.ndim != 2 or points.shape[1] == 0:
        raise ValueError(f"{name} is a tensor (N, k), one point per row; got {_described(points)}")
    if not points.is_floating_point():
        raise ValueError(f"{name} holds floating-point numbers, not {points.dtype}")
    if len(points) < least:
        raise ValueError(f"{name} holds {len(points)} points; at least {least} are needed")
    if dims is not None and points.shape[1] != dims:
        raise ValueError(f"{name} has {points.shape[1]} numbers per point, but {dims} are expected here")
    if not torch.isfinite(points).all():
        raise ValueError(f"{name} contains NaN or infinity")
    return points.detach().cpu().double()


def box_uniform(codes: Tensor, count: int, *, seed: int = 0) -> Tensor:
    """Uniform in the smallest box, parallel to the axes, that holds the codes: (N, k) -> (count, k).

    z_j = low_j + (high_j - low_j) u with u uniform in [0, 1), low and high the extremes of dimension j. A single
    outlier widens the box, and in many dimensions most of a box lies in its corners, far from the codes.
    Raises ValueError for codes that are no finite matrix (N, k), and for a count below 1.
    """
    points = checked(codes, "codes")
    low, high = points.amin(0), points.amax(0)
    drawn = torch.rand(_counted(count), len(low), generator=_generator(seed), dtype=torch.float64)
    # Rounding to float32 is monotonic, so a point between two float32 bounds stays between them.
    return torch.minimum(low + (high - low) * drawn, high).to(codes.dtype)


def fitted_gaussian(codes: Tensor, count: int, *, seed: int = 0) -> Tensor:
    """Drawn from N(m, S), m and S the mean and covariance (divided by N) of the codes: (N, k) -> (count, k).

    z = m + S^(1/2) e with e from N(0, I) and the symmetric root, so that a direction without variance stays so.
    Raises ValueError for fewer than two codes, for codes that are no finite matrix, and for a count below 1.
    """
    mean, eigenvalues, vectors = _moments(checked(codes, "codes", least=2))
    # The symmetric root, because the signs and order of eigenvectors are arbitrary: same seed, same points.
    root = vectors @ torch.diag(eigenvalues.sqrt()) @ vectors.T
    noise = torch.randn(_counted(count), len(mean), generator=_generator(seed), dtype=torch.float64)
    return (mean + noise @ root).to(codes.dtype)


def standard_normal(code_dim: int, count: int, *, seed: int = 0) -> Tensor:
    """Drawn from N(0, I): (count, code_dim), float32. Raises ValueError for a size or count below 1.

    Drawn in float64: in float32 these would be, number by number, the noise that ``sampled_codes`` of the same seed
    puts into a VAE's codes, and the points would not be independent of the codes that they are compared with.
    """
    shape = (_counted(count), _counted(code_dim, "code_dim"))
    return torch.randn(shape, generator=_generator(seed), dtype=torch.float64).float()


@dataclass(frozen=True, eq=False)
class Whitening:
    """The affine map w = S^(-1/2) (z - m) that gives codes zero mean and identity covariance.

    mean: m, (k,); inverse_root: S^(-1/2), (k, k), symmetric; both float64.
    """

    mean: Tensor
    inverse_root: Tensor

    def apply(self, points: Tensor) -> Tensor:
        """Any points of the code space, (N, k) -> (N, k), float64. Distances are then in standard deviations."""
        return (checked(points, "points", dims=len(self.mean)) - self.mean) @ self.inverse_root


def whitening(codes: Tensor) -> Whitening:
    """The whitening of codes (N, k); covariance divided by N, root by eigendecomposition.

    Distances between whitened points do not change when the code space is moved, scaled, rotated or sheared: an
    autoencoder may choose any of these freely, so no measure should depend on them.

    For a VAE, pass draws from q(z|x) rather than its means. In a collapsed dimension the means have next to no
    variance, and whitening would blow that next to nothing up until it outweighs all the rest.

    Raises ValueError where directions carry no variance: less than 1e-10 of the largest, or no more than rounding
    leaves. Says how many.
    """
    points = checked(codes, "codes", least=2)
    mean, eigenvalues, vectors = _moments(points)
    rounding = (torch.finfo(codes.dtype).eps * points.abs().max()) ** 2
    dead = int((eigenvalues <= torch.maximum(1e-10 * eigenvalues.max(), rounding)).sum())
    if dead:
        raise ValueError(
            f"{dead} of {len(mean)} directions of the codes carry no variance, so they cannot be whitened "
            f"({len(points)} codes; constant or linearly dependent dimensions?)"
        )
    return Whitening(mean, vectors @ torch.diag(eigenvalues.rsqrt()) @ vectors.T)


def _moments(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, and eigenvalues (>= 0, ascending) and eigenvectors of the covariance divided by N."""
    mean = points.mean(0)
    centred = points - mean
    eigenvalues, vectors = torch.linalg.eigh(centred.T @ centred / len(points))
    return mean, eigenvalues.clamp(min=0), vectors


def _counted(count: int, name: str = "count") -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"{name} is a whole number of at least 1, not {count!r}")
    return count


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _described(points: object) -> str:
    return f"shape {tuple(points.shape)}" if isinstance(points, Tensor) else type(points).__name__
