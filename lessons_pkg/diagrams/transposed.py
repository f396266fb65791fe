"""The transposed convolution: stamps that add up, how often they meet, and the matrix beside its transpose."""

from __future__ import annotations

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor

from lessons_pkg.convolution import conv_transpose2d, convolution_matrix, overlap_counts
from lessons_pkg.diagrams.canvas import by, canvas, grid, label, number, outline, tint
from lessons_pkg.diagrams.convolutions import numbers
from lessons_pkg.pictures import WIDTH, Palette, themed


@themed
def transposed_convolution(
    palette: Palette, image: Tensor | None = None, kernel: Tensor | None = None, *, stride: int = 2
) -> tuple[Figure, str]:
    """Every number of a 2 x 2 input stamps the kernel, times itself, ``stride`` places apart; stamps add up.

    image: (2, 2); kernel: (k, k) with k from 1 to 3; whole numbers from -9 to 9. stride: 1 to 3.
    Cells that several stamps reach are framed, and the one that most reach is worked out.
    """
    image, kernel = numbers(image, [[1, 2], [3, 1]], 2), numbers(kernel, [[1, 0, 2], [0, 1, 0], [2, 0, 1]], 3)
    k = len(kernel)
    if image.shape != (2, 2) or kernel.shape != (k, k) or stride not in (1, 2, 3):
        raise ValueError(
            "an input of 2×2, a square kernel and a stride of 1 to 3 can be drawn here, "
            f"not {by(*image.shape)}, {by(*kernel.shape)} and {stride}"
        )
    out, times = conv_transpose2d(image, kernel, stride), overlap_counts(2, k, stride)
    cell, tall = 0.3, max(k, 2)
    row_one, row_two = 0.36, 0.36 + tall * 0.3 + 0.86
    row_three = row_two + k * cell + 0.5
    figure, axis = canvas(row_three + len(out) * cell + 0.6)

    def of_stamp(place: int) -> str:
        return tint(palette.hues[place], palette)

    middle = row_one + tall * cell / 2
    left, right = WIDTH / 2 - 1.35, WIDTH / 2 + 0.55
    grid(
        axis, palette, left, middle - cell, image, size=cell, name="input",
        face=lambda r, c: of_stamp(2 * r + c),
    )  # fmt: skip
    label(axis, left + cell, middle - cell - 0.26, "input 2×2")
    grid(axis, palette, right, middle - k * cell / 2, kernel, size=cell, name="kernel")
    label(axis, right + k * cell / 2, middle - k * cell / 2 - 0.26, f"kernel {by(k, k)}")

    label(axis, WIDTH / 2, row_two - 0.6, "Each number of the input, times the kernel, is a stamp:")
    for place, value in enumerate(image.flatten()):
        middle = WIDTH / 4 * (place + 0.5)
        grid(
            axis, palette, middle - k * cell / 2, row_two, value * kernel, size=cell, name=f"stamp {place}",
            face=lambda r, c, place=place: of_stamp(place),
        )  # fmt: skip
        label(axis, middle, row_two - 0.26, f"{number(value)} · kernel")

    def reached(row: int, column: int) -> list[tuple[int, int]]:
        """The input places whose stamps reach this output place."""
        places = [(i, j) for i in (0, 1) for j in (0, 1)]
        return [(i, j) for i, j in places if 0 <= row - i * stride < k and 0 <= column - j * stride < k]

    def face(row: int, column: int) -> str | None:
        by_these = reached(row, column)
        return of_stamp(2 * by_these[0][0] + by_these[0][1]) if len(by_these) == 1 else None

    label(axis, WIDTH / 2, row_three - 0.36, f"Laid {stride} apart and added up, output {by(*out.shape)}:")
    left = WIDTH / 2 - len(out) * cell / 2
    grid(axis, palette, left, row_three, out, size=cell, name="output", face=face)
    shared = (times > 1).nonzero().tolist()
    for row, column in shared:
        outline(axis, left + column * cell, row_three + row * cell, cell, cell, palette.ink, inset=0.025, line=1.5)
    told = "No stamps meet."
    if shared:
        row, column = divmod(int(times.argmax()), len(out))
        parts = [number(image[i, j] * kernel[row - i * stride, column - j * stride]) for i, j in reached(row, column)]
        told = (
            f"In the framed cells stamps meet ({len(shared)} of {out.numel()}).\n"
            f"In row {row + 1}, column {column + 1}: {' + '.join(parts)} = {number(out[row, column])}"
        )
    label(axis, WIDTH / 2, row_three + len(out) * cell + 0.12, told)
    listed = "; ".join(", ".join(number(value) for value in values) for values in out)
    return figure, (
        f"An input of 2×2 ({', '.join(number(value) for value in image.flatten())}): each number times a kernel of "
        f"{by(k, k)} is a stamp; the four stamps, {stride} places apart, add up to an output of {by(*out.shape)}, "
        f"row by row: {listed}. {told}"
    )


@themed
def overlaps(
    palette: Palette, kernels: tuple[int, int] = (3, 4), *, stride: int = 2, size: int = 4
) -> tuple[Figure, str]:
    """How many stamps write each output pixel, for two kernel sizes beside each other. size: of the input."""
    counts = [overlap_counts(size, kernel, stride) for kernel in kernels]
    if len(counts) != 2 or max(len(count) for count in counts) > 11:
        raise ValueError(f"kernels={kernels}, size={size}: two kernels, with outputs of at most 11 a side, can be read")
    # So far from the edges every stamp that could reach a pixel is there.
    inside = [
        count[k - 1 : len(count) - k + 1, k - 1 : len(count) - k + 1] for k, count in zip(kernels, counts, strict=True)
    ]
    if min(len(part) for part in inside) < stride:
        raise ValueError(f"kernels={kernels}, size={size}: nearly all of the output is edge; take more input pixels")
    half, most = WIDTH / 2, max(int(count.max()) for count in counts)
    cell = min(0.27, (half - 0.12) / max(len(count) for count in counts))
    lowest = 0.36 + max(len(count) for count in counts) * cell
    figure, axis = canvas(lowest + 0.52)
    alts = []
    for place, (kernel, count, part) in enumerate(zip(kernels, counts, inside, strict=True)):
        middle = half * (place + 0.5)
        grid(
            axis, palette, middle - len(count) * cell / 2, 0.36, count, size=cell, name=f"kernel {kernel}",
            face=lambda r, c, count=count: tint(palette.hues[0], palette, 0.08 + 0.4 * (int(count[r, c]) - 1) / most),
        )  # fmt: skip
        found = [str(times) for times in part.unique().tolist()]
        listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
        told = (
            f"{'even' if len(found) == 1 else 'uneven'} inside:\n{listed} stamp{'' if found == ['1'] else 's'} a pixel"
        )
        label(axis, middle, 0.08, f"kernel {by(kernel, kernel)}, stride {stride}")
        label(axis, middle, lowest + 0.1, told)
        alts.append(f"kernel {by(kernel, kernel)}, {told}")
    return figure, (
        f"How many stamps of a transposed convolution with stride {stride} write each pixel of an output, "
        f"as numbers in cells. {'; '.join(alts)}."
    )


@themed
def matrix_view(
    palette: Palette, kernel: Tensor | None = None, image_shape: tuple[int, int] = (4, 4), *, stride: int = 1
) -> tuple[Figure, str]:
    """A convolution written as a matrix C, and C transposed beside it; cells coloured by the kernel's row.

    kernel: (kh, kw), whole numbers, at most 3 a side. image_shape: 10 to 16 pixels in all. Places where C has no
    weight are left empty.
    """
    kernel = numbers(kernel, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], 3)
    # Which weight stands where, also where two weights are equal or one is 0.
    order = convolution_matrix(torch.arange(1, kernel.numel() + 1).reshape(kernel.shape), image_shape, stride)
    matrix = convolution_matrix(kernel, image_shape, stride)
    outputs, inputs = matrix.shape
    cell = 0.24
    if not 10 <= inputs <= 16 or (inputs + outputs) * cell > WIDTH - 0.3:
        raise ValueError(
            f"image_shape={image_shape} with stride {stride}: {inputs} numbers in and {outputs} out; 10 to 16 in and "
            f"at most {int((WIDTH - 0.3) / cell) - inputs} out can be read here"
        )
    left, top = (WIDTH - (inputs + outputs) * cell - 0.2) / 2, 0.34
    right, below = left + inputs * cell + 0.2, top + outputs * cell + 0.3
    figure, axis = canvas(max(top + inputs * cell, below + 1.95) + 0.1)

    def face(table: Tensor) -> Callable[[int, int], str | None]:
        rows = (table - 1) // kernel.shape[1]
        return lambda r, c: tint(palette.hues[int(rows[r, c])], palette, 0.35) if table[r, c] else None

    def cells(values: Tensor, table: Tensor) -> list[list[int | None]]:
        rows = zip(values.tolist(), table.tolist(), strict=True)
        return [[value if place else None for value, place in zip(*row, strict=True)] for row in rows]

    grid(axis, palette, left, top, cells(matrix, order), size=cell, name="matrix", face=face(order))
    label(axis, left + inputs * cell / 2, 0.07, f"$C$: {inputs} numbers in, {outputs} out")
    grid(axis, palette, right, top, cells(matrix.T, order.T), size=cell, name="transpose", face=face(order.T))
    label(axis, right + outputs * cell / 2, 0.07, "$C^T$")
    label(axis, left, below, "kernel", ha="left")
    grid(
        axis, palette, left, below + 0.26, kernel, size=cell, name="kernel",
        face=lambda r, c: tint(palette.hues[r], palette, 0.35),
    )  # fmt: skip
    text = (
        f"Image and output as columns.\nConvolution: $y = C\\,x$,\nfrom {by(*image_shape)} to {outputs}.\n"
        f"Transposed convolution: $C^T y$,\nfrom {outputs} back to {by(*image_shape)}.\n\n"
        "$C^T$ brings back the size, not $x$:\n$C^T C$ is not the identity."
    )
    label(axis, left + kernel.shape[1] * cell + 0.25, below, text, ha="left")
    return figure, (
        f"The matrix C of a {by(*kernel.shape)} convolution over an image of {by(*image_shape)}: {outputs} rows and "
        f"{inputs} columns; each row holds the kernel's numbers, further along from row to row, empty elsewhere. "
        f"Beside it its transpose, {inputs} rows and {outputs} columns: the transposed convolution."
    )
