"""Convolution, pooling and transposed convolution from scratch: plain loops over tiny arrays, to be read, not fast.

An array here is (H, W): one image, one channel. ``conv2d_channels`` says what becomes of several. All of them take
tensors, NumPy arrays or lists; whole numbers stay whole numbers. As everywhere in deep learning, "convolution" does
not turn the kernel round (signal processing would call it a cross-correlation).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.shapes import conv_size, transposed_conv_size

__all__ = [
    "checkerboard",
    "conv2d",
    "conv2d_channels",
    "conv_transpose2d",
    "convolution_matrix",
    "max_pool2d",
    "overlap_counts",
    "phase_pattern",
]


def conv2d(image: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Lay the kernel on the image at every ``stride``-th place; each place gives the sum of the products.

    image: (H, W), with ``padding`` rows and columns of zeros put around it; kernel: (kh, kw).
    Returns ((H + 2 padding - kh) // stride + 1, and the same for W). Raises ValueError where the kernel does not fit.
    """
    image, kernel = _array(image, "image"), _array(kernel, "kernel")
    _whole(stride=stride, padding=padding)
    image = F.pad(image, (padding,) * 4)
    kh, kw = kernel.shape
    height, width = _fitting(image.shape, (kh, kw), stride)
    out = torch.zeros(height, width, dtype=torch.result_type(image, kernel))
    for i in range(height):
        for j in range(width):
            window = image[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = (window * kernel).sum()
    return out


def conv2d_channels(
    image: Tensor, kernels: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """What a Conv2d layer does to one image: every kernel reads *all* channels and writes one.

    image: (C, H, W); kernels: (O, C, kh, kw), so that a kernel has as many channels as the image; bias: (O,).
    Returns (O, H', W'). Raises ValueError where the channels do not agree.
    """
    image, kernels = _array(image, "image", "C, H, W"), _array(kernels, "kernels", "O, C, kh, kw")
    if kernels.shape[1] != len(image):
        raise ValueError(
            f"the kernels have {kernels.shape[1]} channels and the image has {len(image)}: "
            "a kernel has as many channels as its input"
        )
    bias = torch.zeros(len(kernels), dtype=kernels.dtype) if bias is None else torch.as_tensor(bias)
    if bias.shape != (len(kernels),):
        raise ValueError(
            f"the bias has shape {tuple(bias.shape)}: one number for each of {len(kernels)} kernels, please"
        )
    maps = []
    for kernel, b in zip(kernels, bias, strict=True):
        of_each = [conv2d(channel, part, stride, padding) for channel, part in zip(image, kernel, strict=True)]
        maps.append(sum(of_each) + b)
    return torch.stack(maps)


def max_pool2d(image: Tensor, size: int, stride: int | None = None) -> Tensor:
    """The largest number in each window of size x size; ``stride`` is the size of the window unless given.

    image: (H, W). Returns ((H - size) // stride + 1, and the same for W); what is left over at the far edges is
    dropped.
    """
    image = _array(image, "image")
    stride = size if stride is None else stride
    _whole(stride=stride, size=size)
    height, width = _fitting(image.shape, (size, size), stride)
    out = torch.zeros(height, width, dtype=image.dtype)
    for i in range(height):
        for j in range(width):
            out[i, j] = image[i * stride : i * stride + size, j * stride : j * stride + size].max()
    return out


def conv_transpose2d(
    image: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0, output_padding: int = 0
) -> Tensor:
    """Each number of the image stamps the kernel, times itself, onto an empty sheet; where stamps meet they add up.

    image: (H, W); kernel: (kh, kw). The stamps are ``stride`` apart. Then ``padding`` rows and columns are cut off
    all around, ``output_padding`` fewer of them at the bottom and the right.
    Returns ((H - 1) stride + kh - 2 padding + output_padding, and the same for W). Raises ValueError where
    ``output_padding`` is not smaller than the stride, or nothing is left.
    """
    image, kernel = _array(image, "image"), _array(kernel, "kernel")
    _whole(stride=stride, padding=padding, output_padding=output_padding)
    if output_padding >= stride:
        raise ValueError(f"output_padding={output_padding} must be smaller than the stride, {stride}")
    kh, kw = kernel.shape
    height, width = (
        transposed_conv_size(size, k, stride, padding, output_padding)
        for size, k in zip(image.shape, kernel.shape, strict=True)
    )
    if height < 1 or width < 1:
        raise ValueError(f"padding={padding} cuts everything away: the output would be {height} x {width}")
    sheet = torch.zeros(height + 2 * padding, width + 2 * padding, dtype=torch.result_type(image, kernel))
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            sheet[i * stride : i * stride + kh, j * stride : j * stride + kw] += image[i, j] * kernel
    return sheet[padding : padding + height, padding : padding + width]


def convolution_matrix(kernel: Tensor, image_shape: tuple[int, int], stride: int = 1, padding: int = 0) -> Tensor:
    """The matrix C of a convolution: ``conv2d(x).flatten() == C @ x.flatten()``, one row per output number.

    kernel: (kh, kw); image_shape: (H, W). Returns (H' W', H W). ``C.T @ y.flatten()`` is the transposed convolution
    of y; C is not square in general, and C.T is not its inverse.
    """
    kernel = _array(kernel, "kernel")
    _whole(stride=stride, padding=padding)
    rows, columns = image_shape
    kh, kw = kernel.shape
    height, width = _fitting((rows + 2 * padding, columns + 2 * padding), (kh, kw), stride)
    matrix = torch.zeros(height * width, rows * columns, dtype=kernel.dtype)
    for i in range(height):
        for j in range(width):
            for a in range(kh):
                for b in range(kw):
                    row, column = i * stride + a - padding, j * stride + b - padding
                    if 0 <= row < rows and 0 <= column < columns:  # the zeros around the image need no column
                        matrix[i * width + j, row * columns + column] = kernel[a, b]
    return matrix


def overlap_counts(size: int, kernel: int, stride: int, padding: int = 0, output_padding: int = 0) -> Tensor:
    """How many stamps of a transposed convolution write each pixel: (size', size') whole numbers.

    Away from the edges the counts are all equal exactly where the kernel is a multiple of the stride (Odena et al.
    2016, "Deconvolution and checkerboard artifacts"). Equal counts are no proof of an even picture: the numbers in
    the kernel differ too.
    """
    _whole(size=size, kernel=kernel)
    ones = torch.ones(size, size, dtype=torch.int64), torch.ones(kernel, kernel, dtype=torch.int64)
    return conv_transpose2d(*ones, stride, padding, output_padding)


def phase_pattern(images: Tensor, period: int) -> Tensor:
    """The average picture of one period: by how much do the pixels at each place modulo ``period`` stand out?

    images: (..., H, W), each side at least twice the period. Returns (period, period), float64, in grey values.

    The smooth part of each image, its centred moving average over one period, is taken away first, as in the
    decomposition of a time series into trend and season: it is blind to whatever repeats with that period, and on a
    constant or a steady slope it is all there is. The pattern's standard deviation is its strength in grey values.
    """
    details, phases = _details(images, period)
    return torch.stack([details[..., phases == phase].mean() for phase in range(period**2)]).reshape(period, period)


def checkerboard(images: Tensor, period: int) -> float:
    """How much of the fine structure of images repeats with the period: 0 none of it, 1 all of it.

    With d = image - moving average (see ``phase_pattern``) and d_p the mean of d over all pixels at phase p, that is,
    with the same row and column modulo ``period``: sum over pixels of d_p^2, divided by the sum of d^2.
    Noise of n pixels gives 1.6 (period^2 - 1) / n at period 2, and closer to (period^2 - 1) / n at larger ones.
    A decoder that doubles the size twice has the period 4.

    Where d is rounding error (below 1e-6 of the largest grey value) there is no structure: 0. As a share, it says
    nothing about how strong a pattern is; that is ``phase_pattern(...).std()``.
    """
    details, phases = _details(images, period)
    if details.square().mean().sqrt() <= 1e-6 * float(torch.as_tensor(images).detach().abs().max()):
        return 0.0
    repeating = phase_pattern(images, period).flatten()[phases].expand_as(details)
    return float(repeating.square().sum() / details.square().sum())


def _details(images: Tensor, period: int) -> tuple[Tensor, Tensor]:
    """Images less their moving average, where a whole one exists, (N, 1, h, w); and the phase of each pixel, (h, w)."""
    images = torch.as_tensor(images).detach().cpu().double()
    _whole(period=period)
    if period < 2:
        raise ValueError("period=1: what repeats at every pixel is a constant, not a pattern")
    if images.ndim < 2 or min(images.shape[-2:]) < 2 * period or images.numel() == 0:
        raise ValueError(
            f"images of shape {tuple(images.shape)}: (..., H, W) with sides of at least {2 * period}, please"
        )
    # A window over exactly one period, and centred: an even one has half a weight at each of its two ends.
    reach = period // 2
    weights = torch.ones(2 * reach + 1, dtype=torch.float64)
    if period % 2 == 0:
        weights[0] = weights[-1] = 0.5
    weights /= period
    flat = images.reshape(-1, 1, *images.shape[-2:])
    smooth = F.conv2d(F.conv2d(flat, weights[None, None, :, None]), weights[None, None, None, :])
    details = flat[:, :, reach : flat.shape[2] - reach, reach : flat.shape[3] - reach] - smooth
    rows, columns = (torch.arange(reach, reach + size) % period for size in details.shape[-2:])
    return details, rows[:, None] * period + columns


def _array(values: Tensor, what: str, axes: str = "H, W") -> Tensor:
    """Numbers as a tensor with the wanted axes; whole numbers as int64, so that sums do not run over."""
    values = torch.as_tensor(values)
    wanted = len(axes.split(","))
    if values.ndim != wanted:
        hint = "; for channels there is conv2d_channels" if wanted == 2 else ""
        raise ValueError(f"the {what} has shape {tuple(values.shape)}, but ({axes}) is wanted{hint}")
    if values.numel() == 0:
        raise ValueError(f"the {what} has shape {tuple(values.shape)}: there is nothing in it")
    return values if values.is_floating_point() else values.long()


def _whole(**settings: int) -> None:
    for name, value in settings.items():
        least = 0 if name.endswith("padding") else 1
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{name}={value!r}: a whole number, at least {least}, please")


def _fitting(image: tuple[int, int], window: tuple[int, int], stride: int) -> tuple[int, int]:
    """How many places a window has in an image, downwards and across."""
    if window[0] > image[0] or window[1] > image[1]:
        raise ValueError(
            f"a window of {window[0]} x {window[1]} does not fit into {image[0]} x {image[1]} (padding included)"
        )
    return tuple(conv_size(size, k, stride) for size, k in zip(image, window, strict=True))
