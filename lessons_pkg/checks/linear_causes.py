"""What the typical mistakes of exercise 1 look like from outside: numbers, shapes and words of exceptions."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks import blame
from lessons_pkg.checks.error_causes import wrong_units

__all__ = [
    "lost_rows",
    "name_the_bend",
    "shape_hint",
    "wrong_inputs",
    "wrong_losses",
    "wrong_shape",
]

PIXELS = 784


def name_the_bend(v: Tensor, f: Callable[[Tensor], Tensor]) -> str:
    """Tell the usual activations apart by what they do to very large inputs of both signs."""
    near, far, further = f(torch.cat([v, -v])), f(torch.cat([1e4 * v, -1e4 * v])), f(torch.cat([1e5 * v, -1e5 * v]))
    if torch.equal(near, f(1.000002 * torch.cat([v, -v]))):
        return "small changes of the input change nothing, as after a threshold or rounding"
    low, high = far.min().item(), far.max().item()
    saturated = high > 0.99 and low < 0.01
    rows = far.flatten(1)
    if rows.shape[1] > 1 and torch.allclose(rows.sum(1), torch.ones(len(rows)), atol=1e-3) and low >= 0:
        return "its outputs always add up to 1, as after a softmax"
    if low >= 0 and high <= 1 and saturated:
        kind = "sigmoid" if near.min() > 0 and near.max() < 1 else "clamp"
        return f"every output lies in [0, 1], as after a {kind}"
    if -1 <= low < -0.99 and 0.99 < high <= 1:
        return "every output lies in [-1, 1], as after a tanh (or a clamp to that range)"
    dips = torch.cat([f(size * v) for size in (-2, -1, -0.5, 0.5, 1, 2)]).min() < -1e-3
    if low > -1e-3 * high and dips:
        return "large negative values vanish and small ones do not, as after an ELU, GELU or SiLU"
    if low >= -1e-6:
        half = len(v)
        if torch.allclose(far[:half] - far[half:], torch.zeros_like(far[:half]), atol=1e-2 * high):
            return "no output is ever negative, as after an absolute value or a square"
        return "no output is ever negative, as after a " + ("softplus" if near.min() > 0 else "ReLU")
    if torch.allclose(far, further, rtol=1e-2):
        squeezes = "a norm, a sigmoid, a tanh"
        return f"its outputs stop growing, so the input or the code is squeezed ({squeezes}) on the way"
    half = len(v)
    slopes = (far[:half] / far[half:]).abs().flatten()
    outer = torch.isclose(slopes, slopes.median(), rtol=0.05) | torch.isclose(slopes, 1 / slopes.median(), rtol=0.05)
    if outer.all():
        return "positive and negative values are scaled differently, as after a leaky ReLU"
    return "there is an activation before its last layer, in a hidden layer or on what comes in"


def shape_hint(error: BaseException, k: int, n: int) -> str:
    """What torch's message about two matrices means here."""
    sizes = re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", blame.message(error))
    if not sizes:
        return ""
    rows, columns, inside, out = map(int, sizes.groups())
    if columns in (28, n * PIXELS) or (rows == n and columns in (1, 28)):
        return f"The images are not flattened: a linear layer wants rows of {PIXELS} numbers, one row per image."
    if (columns == PIXELS and out == PIXELS) or (columns == k and out == k):
        return "The weights are transposed: nn.Linear(inputs, outputs) takes the number of inputs first."
    if (columns == k and inside == 32) or (inside == k and columns == 32):
        return "One layer has the size code_dim and another a fixed 32: use the argument in both."
    return f"The layer takes {inside} numbers per row and was given {columns}. Which of the two did you mean?"


def wrong_losses(start: nn.Module, after: nn.Module, x: Tensor) -> Iterator[tuple[float, str, str]]:
    """What typical mistakes give instead of the loss."""
    with torch.no_grad():
        out = start(x)
        code = start.encode(x)
        squares = "Squared error is (x_hat - x)**2, and its mean is the loss."
        yield (
            F.mse_loss(after(x), x).item(),
            "the loss after the step",
            "Compute the loss, then step, and return the first.",
        )
        yield from wrong_units(out, x, len(x))
        yield F.smooth_l1_loss(out, x).item(), "the smooth L1 (Huber) loss", squares
        yield out.square().mean().item(), "the mean square of the output alone", "The error is the difference to x."
        yield (
            F.mse_loss(code, start.encode(out)).item(),
            "a loss between codes",
            "The images are compared, not the codes.",
        )
        yield code.square().mean().item(), "the mean square of the code", "The images are compared, not the codes."
        yield F.binary_cross_entropy_with_logits(out, x).item(), "a cross-entropy", squares
        if ((out > 0) & (out < 1)).all():
            yield F.binary_cross_entropy(out, x).item(), "a cross-entropy", squares
        yield (
            F.mse_loss(torch.sigmoid(out), x).item(),
            "the loss of a sigmoid of the output",
            "The model's output as it is.",
        )
        yield F.mse_loss(out, 2 * x - 1).item(), "the loss against images scaled to [-1, 1]", "x as it is, in [0, 1]."
        yield (
            F.mse_loss(start(2 * x - 1), 2 * x - 1).item(),
            "the loss on images scaled to [-1, 1]",
            "x as it is, in [0, 1].",
        )
        yield F.mse_loss(out[0], x[0]).item(), "the loss of the first image only", "All images of the batch count."
        yield 0.0, "zero", "Is x compared with itself?"


def wrong_inputs(model: nn.Module, images: Tensor) -> Iterator[tuple[Tensor, str, str]]:
    model = copy.deepcopy(model).cpu().eval()
    with torch.no_grad():
        learned = "The model learned on images in [0, 1]: give it what it knows."
        yield model.encode(2 * images - 1), "images normalised to [-1, 1]", learned
        yield model.encode(images * 255), "images scaled to 0 to 255", learned
        yield model.encode(images / 255), "images divided by 255", learned
        yield model.encode(1 - images), "inverted images", learned
        yield model.encode((images - images.mean()) / images.std()), "standardised images", learned
        yield model.encode((images - 0.1307) / 0.3081), "images standardised with MNIST's mean and spread", learned
        yield model.encode(images - images.mean(0)), "images minus their mean image", learned
        yield model.encode(model(images)), "the reconstructions instead of the images", "encode(x) is enough."
        yield torch.sigmoid(model.encode(images)), "the images, after a sigmoid", "The code as encode gives it."
        z = model.encode(images)
        yield (z - z.mean(0)) / z.std(0), "the images, standardised afterwards", "The code as encode gives it."
        yield z - z.mean(0), "the images, centred afterwards", "The code as encode gives it."


def wrong_shape(shape: tuple[int, ...], code_dim: int, n: int, batch: int) -> str:
    """What codes of a wrong shape were put together by."""
    batches = -(-n // batch)
    if len(shape) == 3:
        return ": the batches are stacked, not joined"
    if len(shape) == 2 and shape[1] == code_dim * batches and batches > 1:
        return ": the batches are joined side by side, along the wrong axis"
    if len(shape) == 2 and shape[0] == n:
        return f": {shape[1]} numbers for each image, and the model's code has {code_dim}"
    if shape == (batches, code_dim):
        return ": one row for each batch, not for each image"
    return lost_rows(shape[0] if shape else 0, n, batch)


def lost_rows(found: int, n: int, batch: int) -> str:
    """What a wrong number of rows says."""
    rest = n % batch
    if rest and found == n - rest:
        return f": the last batch of {rest} is lost"
    if found == (rest or batch) and found != n:
        return ": only the last batch is left, each batch overwrites the one before"
    if found > n:
        return ": more than there are images"
    return ""
