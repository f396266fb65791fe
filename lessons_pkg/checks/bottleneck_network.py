"""Task 3.3: what weights of a wrong shape, maps of a wrong size and torch's own messages say about the network."""

from __future__ import annotations

import re
from itertools import product

from lessons_pkg.checks import blame

__all__ = [
    "EXPECTED",
    "FLAT",
    "expected_shapes",
    "explain",
    "map_hint",
    "output_hint",
    "weights_hint",
]

Shape = tuple[int, ...]
FLAT = 32 * 7 * 7
_ONE_ROW = "The whole batch became one row: the first axis counts the images and stays, as flatten(1) leaves it."

EXPECTED = (
    "the weights and biases of six layers: convolutions (16, 1, 3, 3) and (32, 16, 3, 3), Linear layers from 32 * 7 * "
    "7 numbers to code_dim and back, transposed convolutions (32, 16, 4, 4) and (16, 1, 4, 4)"
)
LAYERS: dict[Shape, str] = {
    (16, 1, 3, 3): "the first convolution, 1 to 16 channels, 3x3",
    (32, 16, 3, 3): "the second convolution, 16 to 32 channels, 3x3",
    (32, 16, 4, 4): "the first transposed convolution, 32 to 16 channels, 4x4",
    (16, 1, 4, 4): "the second transposed convolution, 16 channels to 1, 4x4",
    (FLAT,): "the bias of the Linear layer of the decoder",
    (32,): "the bias of the second convolution",
    (16,): "the bias of the first convolution or of the first transposed one",
    (1,): "the bias of the last layer",
}


def expected_shapes(k: int) -> list[Shape]:
    """The shapes of all weights and biases, in the order of the data's way through the network."""
    encoder = [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (k, FLAT), (k,)]
    return [*encoder, (FLAT, k), (FLAT,), (32, 16, 4, 4), (16,), (16, 1, 4, 4), (1,)]


def weights_hint(missing: list[Shape], extra: list[Shape], k: int) -> tuple[str, str]:
    """What weights that are missing or that nobody asked for say: (found, hint)."""
    names = {**LAYERS, (k, FLAT): "the Linear layer to the code", (FLAT, k): "the Linear layer from the code"}
    names[(k,)] = "the bias of the Linear layer to the code"
    if not missing:
        if extra == [(1,)]:
            return "one weight more than the layers have, as a PReLU brings", "The activations are plain ReLUs."
        return (
            f"weights that nobody asked for, of the shapes {_listed(extra)}: a layer too many, or one never used",
            "Count the layers of your class, and those of the task.",
        )
    if not extra and all(len(shape) == 1 for shape in missing):
        return f"no bias where one belongs: {_listed(missing, names)}", "bias=True is the default of all these layers."
    kernels = [shape for shape in extra if len(shape) == 4]
    lost = [shape for shape in missing if len(shape) == 4]
    for have, want in zip(kernels, lost, strict=False):
        if have[:2] == want[:2] and have[2:] != want[2:]:
            found = f"a kernel of {have[2]}x{have[3]} where the task asks for {names[want]}"
            return found, "Sizes can come out right with other kernels too; the task fixes the kernel."
    if kernels and lost:
        return (
            f"a layer with weights of shape {kernels[0]} in place of {names[lost[0]]}",
            "Compare its channels and its kernel with the task.",
        )
    if not extra:
        return (
            f"missing: {_listed(missing, names)}",
            "Is a layer stored in a plain list, made anew in each call, or shared between two places?",
        )
    return f"weights of the shapes {_listed(extra)} in place of {_listed(missing, names)}", (
        "Compare the sizes with the task. Is there a layer between that nobody asked for?"
    )


def _listed(shapes: list[Shape], names: dict[Shape, str] | None = None) -> str:
    words = [f"{shape}" + (f" ({names[shape]})" if names and shape in names else "") for shape in shapes]
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


# --- shapes that do not fit -----------------------------------------------------------------------------------------


def explain(error: BaseException, method: str, n: int, k: int) -> str:
    """What torch's messages about shapes mean in this network."""
    text = blame.message(error)
    if sizes := re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", text):
        return _row_hint(*map(int, sizes.groups()), method, k, n)
    if "vec (" in text or "must be 2-D" in text or re.search(r"size mismatch, got input", text):
        return _ONE_ROW
    if "multiply up" in text or "is invalid for input of size" in text:
        if method == "decode" or "32, 7, 7]" in text:
            return (
                "One code gives 32 * 7 * 7 numbers, and there are N of them: is the batch axis in the new shape, "
                "left open (-1 or len(z)), and are 32, 7 and 7 the sizes?"
            )
        return "The numbers do not fill that shape. Is the number of images fixed there? len(x) or -1 leaves it open."
    if channels := re.search(r"expected input\[([\d, ]+)\] to have (\d+) channels, but got (\d+)", text):
        shape, wanted, got = channels.groups()
        if shape.endswith("7, 7, 32") or shape.endswith(", 32") or got == "7":
            return (
                "The map was unfolded channels last, as (7, 7, 32). PyTorch's layers want the channels before "
                "height and width."
            )
        if shape.startswith(f"{32 * n}, "):
            return "Each channel has become an image of its own: the map has 32 channels, (N, 32, 7, 7)."
        if int(got) in (n, 32 * n) or shape.count(",") == 2:
            return "The batch axis is gone, or a new one was put in front: a batch of maps has four axes (N, C, H, W)."
        return f"That layer takes {wanted} channels and was given {got}: compare it with the layer before."
    if "NVIDIA" in text or "CUDA" in text:
        return "Where the numbers lie is the caller's affair: no .cuda() and no fixed device inside the class."
    if "Expected 3D (unbatched) or 4D (batched) input" in text or "Expected 4D" in text:
        return "Convolutions want (N, C, H, W): are the numbers of the code unfolded into a map before them?"
    if "view size is not compatible" in text:
        return "view cannot read a tensor whose axes were moved; and nothing needs to be moved in this network."
    return ""


def _row_hint(rows: int, columns: int, inside: int, out: int, method: str, k: int, n: int) -> str:
    if (columns == FLAT and out == FLAT) or (columns == k and out == k and inside == FLAT):
        return "The sizes of a Linear layer are exchanged: nn.Linear(inputs, outputs) takes the number of inputs first."
    if (columns == k and inside == 32) or (inside == k and columns == 32 and rows == n):
        return "One layer has the size code_dim and another a fixed 32: use the argument in both."
    if (rows, columns) == (32 * n, 49):
        return "Flattened one axis too late: flatten(2) leaves the channels apart; flatten(1) makes one row of each."
    if (rows != n and columns in (7, 49, 14, 28)) or rows == n * 32:
        return "The map is not flattened: a Linear layer wants one row of 32 * 7 * 7 numbers for each image."
    if rows == 1 and columns == n * FLAT:
        return _ONE_ROW
    if method == "encode" and inside == FLAT and columns == 32:
        return (
            "One number for each channel is left: a pooling over the whole map forgets where things were. Flatten it."
        )
    if method == "encode" and inside == FLAT and rows == n:
        for channels, side in product((32, 16, 1), range(1, 29)):
            if channels * side * side == columns:
                return (
                    f"Before the Linear layer the map has {channels} channels of {side}x{side}; the task wants 32 of "
                    "7x7. Which stride and which padding halve 28 to 14 and 14 to 7, and are both convolutions used?"
                )
    return f"The layer takes {inside} numbers per row and was given {columns}. Which of the two did you mean?"


def map_hint(shape: Shape, n: int, k: int) -> str:
    """What a code of a wrong shape says."""
    if shape == (n, 32):
        return f"code_dim={k} was asked for and ignored: is a fixed 32 in the layer, or a name from outside the class?"
    if shape == (n, k, 1, 1):
        return "The code is a map of one place: two axes too many. The task wants a row for each image."
    if len(shape) == 1:
        return _ONE_ROW
    if shape == (n, FLAT) or shape[1:] == (32, 7, 7):
        return "This is the map before the bottleneck: the Linear layer to code_dim numbers is missing."
    if shape == (k, n):
        return "The result is transposed: images along the rows, numbers of the code along the columns."
    if len(shape) == 2 and shape[1] == k:
        return f"{shape[0]} rows for {n} images: a view or reshape mixed the batch axis with others."
    if len(shape) == 4 and shape[-1] == k:
        return "The map is not flattened: the Linear layer was applied to each row of it."
    return "One code per image: the first axis stays N."


def output_hint(shape: Shape, n: int) -> str:
    """What images of a wrong shape say."""
    if len(shape) == 4 and shape[:2] == (n, 1) and shape[2] == shape[3]:
        size = shape[2]
        why = {
            25: "two 3x3 kernels with stride 2 and padding 1, and no output_padding",
            26: "a 3x3 kernel with stride 2 and padding 1, and no output_padding, in the first of the two layers",
            27: "a 3x3 kernel with stride 2 and padding 1, and no output_padding, in the second of the two layers",
            34: "no padding in either of the two layers",
            30: "no padding in one of the two layers",
            7: "layers that do not enlarge: is the stride 2?",
            9: "stride 1 in both layers",
            15: "stride 1 in one of the two layers",
            14: "one layer that enlarges, where the task has two",
            32: "a padding too little in the first layer",
        }.get(size, "another kernel, stride or padding than the task has")
        return f"{size} pixels wide comes from {why}. A side grows to (size - 1) * stride - 2 * padding + kernel."
    if shape == (n, 784):
        return "These are flat rows: the last layer is a transposed convolution and gives images by itself."
    if len(shape) == 3 and shape[1:] == (28, 28):
        return "The axis for the one grey channel is missing."
    if len(shape) == 4 and shape[0] != n:
        return f"{shape[0]} images for {n} codes: a view or reshape mixed the batch axis with others."
    if len(shape) == 4 and shape[2:] == (28, 28):
        return f"{shape[1]} channels: the images are grey, so the last layer gives 1."
    if len(shape) == 3:
        return "The batch axis is gone: a batch of maps has four axes (N, C, H, W)."
    return "28 is four times 7, on both sides: was the row unfolded as (32, 7, 7)?"
