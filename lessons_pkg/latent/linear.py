"""PCA and its floor, and angles between the subspace that it spans and another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet
from lessons_pkg.latent.codes import codes
from lessons_pkg.latent.images import pixels_of, tensor_of


@dataclass(frozen=True, eq=False)
class PCA:
    """Principal component analysis of a set of images, exact and in float64, with pixels flattened to D numbers.

    mean: (D,); components: (D, D), one orthonormal column per direction, largest variance first;
    eigenvalues: (D,), the variance along each; image_shape: what to fold D numbers back into.
    """

    mean: Tensor
    components: Tensor
    eigenvalues: Tensor
    image_shape: tuple[int, ...]

    def encode(self, images: Tensor, k: int) -> Tensor:
        """The first k principal scores: (N, C, H, W) -> (N, k), float64."""
        return (images.flatten(1).double() - self.mean) @ self.components[:, :k]

    def decode(self, scores: Tensor) -> Tensor:
        """Images from scores: (N, k) -> (N, C, H, W), float64."""
        flat = scores.double() @ self.components[:, : scores.shape[1]].T + self.mean
        return flat.unflatten(1, self.image_shape)

    def reconstruct(self, images: Tensor, k: int, *, clip: bool = False) -> Tensor:
        """The best affine rank-k reconstruction; clip=True cuts it to [0, 1], as a sigmoid output would be."""
        answer = self.decode(self.encode(images, k))
        return answer.clamp(0, 1) if clip else answer


def pca(images: ImageSet | Tensor) -> PCA:
    """Exact PCA by the eigendecomposition of the covariance matrix in float64 (divided by N, not by N - 1).

    images: (N, C, H, W). Memory beyond the images: a block of 5,000 of them in float64. Images that were bytes (every
    pixel a whole number over 255) are summed as whole numbers, which is faster and rounds nothing.
    """
    mean, covariance = moments(images)
    eigenvalues, vectors = torch.linalg.eigh(covariance)
    return PCA(mean, vectors.flip(1), eigenvalues.flip(0).clamp(min=0), tuple(pixels_of(images).shape[1:]))


def moments(images: ImageSet | Tensor) -> tuple[Tensor, Tensor]:
    """Mean (D,) and covariance (D, D) of the pixels of images (N, C, H, W), in float64, divided by N."""
    pixels = pixels_of(images).flatten(1).cpu()
    if pixels.dtype == torch.uint8:
        return _moments_of_bytes(pixels.split(4096))
    if pixels.dtype == torch.float32:
        with suppress(_NotBytes):
            return _moments_of_bytes(_as_bytes(block) for block in pixels.split(4096))
    return _moments(pixels)


def _moments(flat: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (D,) and covariance (D, D) of the rows of (N, D), in float64. Raises ValueError for NaN or infinity."""
    mean = flat.mean(0, dtype=torch.float64)
    if not torch.isfinite(mean).all():
        raise ValueError("the images contain NaN or infinity: remove or mend such images")
    covariance = torch.zeros(len(mean), len(mean), dtype=torch.float64)
    for block in flat.split(5000):
        centred = block.double() - mean
        covariance.addmm_(centred.T, centred)
    return mean, covariance / len(flat)


class _NotBytes(ValueError):
    """A pixel is not a whole number over 255."""


def _as_bytes(block: Tensor) -> Tensor:
    """The bytes (N, D) that float32 pixels once were; raises _NotBytes where one is none."""
    scaled = block * 255
    whole = scaled.to(torch.uint8)
    if not torch.equal(whole.float(), scaled):
        raise _NotBytes
    return whole


def _moments_of_bytes(blocks: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """The same for pixels that are bytes over 255, from exact sums of whole numbers. blocks: bytes (n, D)."""
    count, products, sums = 0, 0, 0
    for block in blocks:
        shifted = block.bitwise_xor(128).view(torch.int8)  # less 128: processors multiply signed bytes
        products = products + _gram(shifted)
        sums = sums + shifted.sum(0, dtype=torch.int32).long()
        count += len(block)
    mean = sums.double() / count
    covariance = products.double() / count - torch.outer(mean, mean)
    return (mean + 128) / 255, covariance / 255**2


def _gram(whole: Tensor) -> Tensor:
    """The sum over rows of row^T row, exact: int8 (N, D) -> whole numbers (D, D).

    By torch's product of bytes where it has one for this processor. Otherwise in float32, which is exact up to 2^24:
    for 1,024 rows.
    """
    try:
        return torch._int_mm(whole.T, whole).long()
    except (AttributeError, RuntimeError):
        return sum((part.T @ part).long() for part in whole.float().split(1024))


def pca_floor(
    train: ImageSet | Tensor | PCA, k: int | Sequence[int], on: ImageSet | Tensor | None = None, *, clip: bool = False
) -> float | list[float]:
    """Squared error per pixel of the best affine reconstruction of rank k, for one k or a list of them.

    On the images it was fitted on, nothing with an affine decoder of k numbers does better (Eckart & Young 1936).
    ``on=test`` applies the same subspace to other images: a baseline there, not a bound.
    clip=True cuts the reconstructions to [0, 1] first (needs ``on``). Pass a PCA to reuse it.

    Raises ValueError for a k outside 0 to the number of pixels.
    """
    fitted = train if isinstance(train, PCA) else pca(train)
    pixels = len(fitted.mean)
    sizes = [k] if isinstance(k, int) else list(k)
    for size in sizes:
        if not 0 <= size <= pixels:
            raise ValueError(f"k={size}: the code size is 0 to {pixels}, the number of pixels")
    if on is None and clip:
        raise ValueError("clip=True needs the images themselves: pass them as on=")
    if on is None:
        errors = [float(fitted.eigenvalues[size:].sum() / pixels) for size in sizes]
    else:
        images = tensor_of(on)
        if images.shape[1:] != fitted.image_shape:
            raise ValueError(f"fitted on images {fitted.image_shape}, but on= holds {tuple(images.shape[1:])}")
        errors = [
            sum(
                float((fitted.reconstruct(block, size, clip=clip) - block.double()).square().sum())
                for block in images.split(5000)
            )
            / images.numel()
            for size in sizes
        ]
    return errors[0] if isinstance(k, int) else errors


def patches(images: ImageSet | Tensor, size: int) -> Tensor:
    """All size x size patches of a grid without overlap, one after the other: (N, C, H, W) -> (N * cells, C, s, s).

    ``pca(patches(train, 4))`` is the linear counterpart of a decoder that draws each cell by itself with shared
    weights: its floor at k is the best that an affine map of k numbers a cell can do.
    Raises ValueError unless the sides are multiples of ``size``.
    """
    images = tensor_of(images)
    count, channels, height, width = images.shape
    if height % size or width % size:
        raise ValueError(f"images of {height}x{width} cannot be cut into {size}x{size} patches without remainder")
    cut = images.reshape(count, channels, height // size, size, width // size, size)
    return cut.permute(0, 2, 4, 1, 3, 5).reshape(-1, channels, size, size)


def principal_angles(A: Tensor, B: Tensor) -> Tensor:
    """Angles between the column spaces of A (D, p) and B (D, q): min(p, q) radians, smallest first.

    Zero for all of them means that the smaller space lies inside the larger. Accurate for tiny angles too
    (Björck & Golub 1973).
    Raises ValueError where the columns of a matrix are linearly dependent: they span less than they seem to.
    """
    matrices = []
    for name, matrix in (("A", A), ("B", B)):
        array = torch.as_tensor(matrix).detach().double().cpu().numpy()
        if array.ndim != 2 or not np.isfinite(array).all():
            raise ValueError(f"{name} is a matrix (D, k) of finite numbers; this one has shape {array.shape}")
        if (rank := np.linalg.matrix_rank(array)) < array.shape[1]:
            raise ValueError(f"the {array.shape[1]} columns of {name} span only {rank} dimensions")
        matrices.append(array)
    if matrices[0].shape[0] != matrices[1].shape[0]:
        raise ValueError(f"A has {matrices[0].shape[0]} rows and B {matrices[1].shape[0]}: columns of the same space?")
    larger, smaller = (np.linalg.qr(matrix)[0] for matrix in sorted(matrices, key=lambda matrix: -matrix.shape[1]))
    inside = larger.T @ smaller
    cosines = np.linalg.svd(inside, compute_uv=False)  # largest first
    sines = np.linalg.svd(smaller - larger @ inside, compute_uv=False)[::-1]  # smallest first: the same angles
    # Cosines alone lose angles below 1e-8, sines alone those near a right angle.
    return torch.from_numpy(np.arctan2(sines, cosines))


@torch.no_grad()
def decoder_matrix(model: nn.Module, code_dim: int) -> Tensor:
    """The matrix (D, k) of an affine decoder, found by asking it: column i is decode(e_i) - decode(0).

    Raises ValueError if the decoder is not affine, by comparing it with this matrix at one random code.
    """
    parameter = next(model.parameters())
    at_zero = model.decode(torch.zeros(1, code_dim).to(parameter)).flatten(1)
    matrix = (model.decode(torch.eye(code_dim).to(parameter)).flatten(1) - at_zero).T
    probe = torch.randn(1, code_dim, generator=torch.Generator().manual_seed(0)).to(parameter)
    if not torch.allclose(model.decode(probe).flatten(1), at_zero + probe @ matrix.T, atol=1e-4, rtol=1e-4):
        raise ValueError("this decoder is not affine (is there an activation in it?): no single matrix describes it")
    return matrix.cpu()


def principal_directions(model: nn.Module, images: ImageSet | Tensor) -> Tensor:
    """Principal directions (D, k) recovered from a trained linear autoencoder: SVD of W_dec Cov(z)^(1/2).

    The decoder alone gives the subspace but not the directions in it, because W C and C^-1 z give the same image
    for any invertible C. The covariance of the reconstructions, W Cov(z) W^T, does not depend on C.
    """
    z = codes(model, images).double()
    centred = z - z.mean(0)
    root = _square_root(centred.T @ centred / len(z))
    left, _, _ = torch.linalg.svd(decoder_matrix(model, z.shape[1]).double() @ root, full_matrices=False)
    return left


def _square_root(symmetric: Tensor) -> Tensor:
    eigenvalues, vectors = torch.linalg.eigh(symmetric)
    return vectors @ torch.diag(eigenvalues.clamp(min=0).sqrt()) @ vectors.T
