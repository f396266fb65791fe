"""What the typical mistakes in a convolution by hand compute instead."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["SIZES", "STAMP", "WINDOW", "Guess", "conv", "conv_guesses", "transposed", "transposed_guesses"]

Guess = tuple[Tensor, str, str]  # the output, what was done, hint

WINDOW = "Lay the kernel on the image, multiply number by number, and add everything up: that is one output number."
PADDING = "A frame of zeros goes around the image, as wide as the padding, on all four sides, before the first window."
STRIDE = "Window (i, j) begins at row i * stride and column j * stride of the padded image, in both directions."
STAMP = "Each number of the image stamps the kernel, times itself, into the output; where stamps overlap they add up."
END = "Is the + 1 of task 2.1 in the size? And range(n) ends at n - 1 by itself."
TURN = "The kernel is laid on as it is: torch's convolution does not turn it, although mathematics would."
SIZES = {
    "conv2d": "Rows and columns each by the formula of task 2.1: image and kernel need not be square.",
    "conv_transpose2d": "Each side by the formula of task 2.1: the first stamp is a whole kernel, each further one "
    "begins a stride later. Image and kernel need not be square.",
}


def conv(image: Tensor, kernel: Tensor, stride: int | tuple[int, int] = 1, padding: int = 0) -> Tensor:
    return F.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]


def transposed(image: Tensor, kernel: Tensor, stride: int | tuple[int, int] = 1) -> Tensor:
    return F.conv_transpose2d(image[None, None], kernel[None, None], stride=stride)[0, 0]


def _kernels(kernel: Tensor) -> Iterator[Guess]:
    yield kernel.flip(0, 1), "the kernel is turned by 180 degrees, as in a true convolution", TURN
    yield kernel.flip(0), "the kernel is turned upside down", TURN
    yield kernel.flip(1), "the kernel is mirrored left to right", TURN
    if kernel.shape[0] == kernel.shape[1]:
        yield kernel.T, "rows and columns of the kernel are exchanged", TURN


def conv_guesses(image: Tensor, kernel: Tensor, stride: int, padding: int) -> Iterator[Guess]:
    target = conv(image, kernel, stride, padding)
    padded = F.pad(image, (padding,) * 4)
    for turned, cause, hint in _kernels(kernel):
        yield conv(image, turned, stride, padding), cause, hint
    if padding:
        yield conv(image, kernel, stride), "the padding is ignored", PADDING
        for p, cause in (
            (padding - 1, "one too narrow"),
            (padding + 1, "one too wide"),
            (2 * padding, "twice as wide"),
        ):
            yield conv(image, kernel, stride, p), f"the frame of padding is {cause}", PADDING
        one_sided = {"top and left": (padding, 0, padding, 0), "bottom and right": (0, padding, 0, padding)}
        one_sided |= {
            "bottom and right, twice as wide: the image lies in the corner of its frame": (0, 2 * padding) * 2
        }
        one_sided |= {"left and right": (padding, padding, 0, 0), "top and bottom": (0, 0, padding, padding)}
        for sides, frame in one_sided.items():
            yield (
                conv(F.pad(image, frame), kernel, stride),
                f"the padding is at {sides}{'' if ':' in sides else ' only'}",
                PADDING,
            )
        wrapped = torch.cat([image[-padding:], image])
        wrapped = F.pad(torch.cat([wrapped[:, -padding:], wrapped], 1), (0, padding, 0, padding))
        around = "a negative index counts from the end: the far rows and columns are where zeros belong"
        yield conv(wrapped, kernel, stride), around, PADDING
        for mode, words in (("replicate", "repeats the edge"), ("reflect", "mirrors the image"), ("circular", "wraps")):
            around = F.pad(image[None, None], (padding,) * 4, mode=mode)[0, 0]
            yield conv(around, kernel, stride), f"the padding {words} instead of being zero", PADDING
        yield conv(F.pad(image, (padding,) * 4, value=1.0), kernel, stride), "the padding is 1 instead of 0", PADDING
        around = F.pad(conv(image, kernel, stride), (padding,) * 4)
        yield around, "the output is padded instead of the image", PADDING
        if (kernel.shape[0] - 1) // 2 != padding:
            half = tuple(side // 2 for side in reversed(kernel.shape) for _ in range(2))
            yield conv(F.pad(image, half), kernel, stride), "padded by half the kernel, whatever padding says", PADDING
    if stride > 1:
        dense = conv(image, kernel, 1, padding)
        yield dense, "the stride is ignored", STRIDE
        rows, columns = target.shape
        yield dense[:rows, :columns], "the output has the right size, but its windows lie one pixel apart", STRIDE
        tall, wide = conv(image, kernel, (stride, 1), padding), conv(image, kernel, (1, stride), padding)
        yield tall, "the stride is used for rows only", STRIDE
        yield wide, "the stride is used for columns only", STRIDE
        fits = "the output has the right size, but the stride moves the window"
        yield tall[:, :columns], f"{fits} down only: along a row, windows lie one pixel apart", STRIDE
        yield wide[:rows], f"{fits} to the right only: down a column, windows lie one pixel apart", STRIDE
        late = conv(padded[1:, 1:], kernel, stride) if min(padded.shape) > max(kernel.shape) else target
        yield late, "the windows begin one pixel too late", STRIDE
        over = [
            -(-(side - k) // stride) * stride + k - side for side, k in zip(padded.shape, kernel.shape, strict=True)
        ]
        more = conv(F.pad(padded, (0, over[1], 0, over[0])), kernel, stride)
        yield more, "the number of windows is rounded up: the last ones reach over the edge", STRIDE
    yield target.T, "rows and columns of the output are exchanged", "Height first, width second."
    yield target / kernel.numel(), "the mean of the products instead of their sum", WINDOW
    yield (
        conv(image, kernel.flip(0, 1), stride, padding).T,
        "the kernel is turned, and rows and columns exchanged",
        TURN,
    )
    yield from _wrong_sums(padded, kernel, stride)
    yield from _altered(target)
    last = torch.zeros_like(kernel)
    last[-1, -1] = kernel[-1, -1]
    overwritten = "only the last product of each window is left: each one overwrites the one before"
    yield conv(image, last, stride, padding), overwritten, "+= adds to what is there, = replaces it."
    rows, columns = (side - k for side, k in zip(padded.shape, kernel.shape, strict=True))
    if rows and columns:
        short = padded[:-1, :-1]
        if min(a - b for a, b in zip(short.shape, kernel.shape, strict=True)) >= 0:
            yield (
                conv(short, kernel, stride),
                "the last row and column of windows are missing",
                "range(n) ends at n - 1.",
            )
        yield (
            F.pad(target[:-1, :-1], (0, 1, 0, 1)),
            "the last row and column are never filled",
            "range(n) ends at n - 1.",
        )
    yield transposed(image, kernel, stride), "this is the transposed convolution", WINDOW


def _wrong_sums(padded: Tensor, kernel: Tensor, stride: int) -> Iterator[Guess]:
    windows = padded.unfold(0, kernel.shape[0], stride).unfold(1, kernel.shape[1], stride)
    yield windows.sum((-1, -2)) * kernel.sum(), "the sums are multiplied, not the numbers", WINDOW
    yield (windows * kernel).amax((-1, -2)), "the largest product instead of their sum", WINDOW
    yield windows.sum((-1, -2)), "the window is added up without the kernel", WINDOW
    if kernel.shape[0] == kernel.shape[1]:
        product = (windows @ kernel).sum((-1, -2))
        yield product, "a matrix product (@) instead of number times number (*)", WINDOW


def _altered(target: Tensor) -> Iterator[Guess]:
    yield target.relu(), "negative numbers are cut off: there is a ReLU", "A convolution has no activation in it."
    yield target.abs(), "signs are lost: there is an absolute value", "A convolution has no activation in it."
    yield -target, "the sign is turned", "Number times number, and added."
    for change, words in ((torch.trunc, "cut off"), (torch.round, "rounded"), (torch.floor, "rounded down")):
        yield change(target), f"fractions are {words}: every number is a whole one", "Which dtype has the output?"


def transposed_guesses(image: Tensor, kernel: Tensor, stride: int) -> Iterator[Guess]:
    target = transposed(image, kernel, stride)
    for turned, cause, hint in _kernels(kernel):
        if cause.startswith("the kernel is turned"):
            cause = "the kernel comes out turned by 180 degrees"
            hint = (
                "A stamp is the kernel as it is. If yours is a convolution with zeros between the image's numbers: "
                "that one needs the kernel turned, because its window meets a number with the kernel's far end first."
            )
        yield transposed(image, turned, stride), cause, hint
    stamps = [
        (slice(i * stride, i * stride + kernel.shape[0]), slice(j * stride, j * stride + kernel.shape[1]), image[i, j])
        for i in range(image.shape[0])
        for j in range(image.shape[1])
    ]
    overwritten, count = torch.zeros_like(target), torch.zeros_like(target)
    largest, multiplied = torch.full_like(target, -torch.inf), torch.ones_like(target)
    first = torch.zeros_like(target)
    for rows, columns, value in stamps:
        overwritten[rows, columns] = value * kernel
        first[rows, columns] = torch.where(count[rows, columns] > 0, first[rows, columns], value * kernel)
        count[rows, columns] += 1
        largest[rows, columns] = largest[rows, columns].maximum(value * kernel)
        multiplied[rows, columns] *= value * kernel
    yield overwritten, "where stamps overlap, the later one overwrites the earlier instead of adding to it", STAMP
    yield first, "where stamps overlap, only the first counts instead of all", STAMP
    yield target / count.clamp(min=1), "where stamps overlap, their mean is taken instead of their sum", STAMP
    yield torch.where(largest.isinf(), 0, largest), "where stamps overlap, the largest is taken, not the sum", STAMP
    yield multiplied, "the stamps are multiplied into the output instead of added", STAMP
    yield transposed(torch.ones_like(image), kernel, stride), "the stamps are not multiplied by the image", STAMP
    yield transposed(image, torch.ones_like(kernel), stride), "the stamps are squares without the kernel", STAMP
    if stride > 1:
        dense = transposed(image, kernel)
        yield dense, "the stride is ignored", STAMP
        around = F.pad(dense, (0, target.shape[1] - dense.shape[1], 0, target.shape[0] - dense.shape[0]))
        yield around, "the output has the right size, but its stamps lie one pixel apart", STAMP
        tall, wide = transposed(image, kernel, (stride, 1)), transposed(image, kernel, (1, stride))
        for lines, where in ((tall, "columns"), (wide, "rows")):
            full = F.pad(lines, (0, target.shape[1] - lines.shape[1], 0, target.shape[0] - lines.shape[0]))
            yield full, f"the output has the right size, but along the {where} its stamps lie one pixel apart", STAMP
        yield tall, "the stride is used for rows only", STAMP
        yield wide, "the stride is used for columns only", STAMP
    spread = transposed(image, torch.ones(1, 1), stride)
    if all(side >= k for side, k in zip(spread.shape, kernel.shape, strict=True)):
        inner = conv(spread, kernel)
        yield (
            inner,
            "zeros between the numbers and then a convolution: its frame of padding and its turn are missing",
            STAMP,
        )
    wide, high = image.shape[1] * stride, image.shape[0] * stride
    cut = "cut off (or filled up) to image size times stride: that holds for kernel = stride only"
    yield F.pad(target, (0, wide - target.shape[1], 0, high - target.shape[0])), cut, SIZES["conv_transpose2d"]
    yield target[: image.shape[0], : image.shape[1]], "cut off to the size of the image", SIZES["conv_transpose2d"]
    yield F.pad(target[:-1, :-1], (0, 1, 0, 1)), "the last row and column are never filled", END
    if all(side >= k for side, k in zip(image.shape, kernel.shape, strict=True)):
        yield conv(image, kernel, stride), "this is the convolution, not its transpose", STAMP
    yield target.T, "rows and columns of the output are exchanged", "Height first, width second."
    yield from _altered(target)
