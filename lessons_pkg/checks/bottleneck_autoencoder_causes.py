"""Task 3.3: the network rebuilt from the model's own weights, as the task says and with other activations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations, product

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks.activations import ACTIVATIONS
from lessons_pkg.checks.bottleneck_network import FLAT
from lessons_pkg.checks.values import same

__all__ = ["name_the_difference"]

Shape = tuple[int, ...]
_UNKNOWN = (
    "with these weights, the layers in the order of the task would give other numbers",
    "Are the layers used once each and in the order of the task, with stride 2 and padding 1, and nothing between?",
)

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "no activation": lambda v: v,
    **ACTIVATIONS,
    "a sigmoid twice": lambda v: torch.sigmoid(torch.sigmoid(v)),
    "a ReLU and then a sigmoid": lambda v: torch.sigmoid(torch.relu(v)),
    "a scaling to length 1": lambda v: F.normalize(v, dim=1),
    "a softmax over the channels of a single one, which makes every pixel 1": torch.ones_like,
}
_PLACES = {
    "encode": ("after the first convolution", "after the second convolution", "on the code"),
    "decode": (
        "after the Linear layer of the decoder",
        "after the first transposed convolution",
        "at the output",
    ),
}
_RIGHT = {"encode": ("a ReLU", "a ReLU", "no activation"), "decode": ("a ReLU", "a ReLU", "a sigmoid")}


@torch.no_grad()
def name_the_difference(model: nn.Module, method: str, value: Tensor, out: Tensor, k: int) -> tuple[str, str] | None:
    """None if the method computes what the task says with the model's weights; else (found, hint)."""
    compute = _encode if method == "encode" else _decode
    weights = list(_assignments(model, k))
    # In which order the map's numbers stand in the row is all one to a Linear layer beside it, which learns them all.
    orders = list(permutations((1, 2, 3)))
    for parts, order in product(weights, orders):
        if same(compute(parts, value, _RIGHT[method], order), out):
            return None
    for activations in _deviations(_RIGHT[method]):
        for parts, order in product(weights, orders[:1]):
            if same(compute(parts, value, activations, order), out):
                return _told(method, activations)
    if method == "decode":
        return _UNKNOWN
    for pool, parts in product((F.max_pool2d, F.avg_pool2d), weights):
        if same(_encode(parts, value, _RIGHT[method], orders[0], pool), out):
            return "strides of 1 and pooling instead of strides of 2", "The convolutions have stride 2; nothing pools."
    for parts in weights:
        if same(_encode(parts, 2 * value - 1, _RIGHT[method], orders[0]), out):
            return "the images are scaled to [-1, 1] first", "The images come in [0, 1] and stay so."
    return _UNKNOWN


def _assignments(model: nn.Module, k: int) -> Iterator[dict[str, Tensor]]:
    """The weights by the name of their place; two have one shape, so there are two ways to give the names out."""
    by_shape: dict[Shape, list[Tensor]] = {}
    for parameter in model.parameters():
        flat = parameter.flatten(1) if parameter.shape == (k, 32, 7, 7) else parameter
        by_shape.setdefault(tuple(flat.shape), []).append(flat.detach())
    names = {
        "conv1": (16, 1, 3, 3), "conv2": (32, 16, 3, 3), "conv2_bias": (32,), "inward": (k, FLAT), "inward_bias": (k,),
        "outward": (FLAT, k), "outward_bias": (FLAT,), "t_conv1": (32, 16, 4, 4), "t_conv2": (16, 1, 4, 4),
        "t_conv2_bias": (1,),
    }  # fmt: skip
    parts = {name: by_shape[shape][0] for name, shape in names.items()}
    first, second = by_shape[(16,)]
    for one, other in ((first, second), (second, first)):
        yield {**parts, "conv1_bias": one, "t_conv1_bias": other}


def _encode(
    p: dict[str, Tensor],
    x: Tensor,
    activations: tuple[str, ...],
    order: tuple[int, ...],
    pool: Callable[[Tensor, int], Tensor] | None = None,
) -> Tensor:
    first, second, last = (_ACTIVATIONS[name] for name in activations)
    stride = 2 if pool is None else 1
    x = first(F.conv2d(x, p["conv1"], p["conv1_bias"], stride, padding=1))
    x = pool(x, 2) if pool else x
    x = second(F.conv2d(x, p["conv2"], p["conv2_bias"], stride, padding=1))
    x = pool(x, 2) if pool else x
    return last(F.linear(x.permute(0, *order).flatten(1), p["inward"], p["inward_bias"]))


def _decode(p: dict[str, Tensor], z: Tensor, activations: tuple[str, ...], order: tuple[int, ...]) -> Tensor:
    first, second, last = (_ACTIVATIONS[name] for name in activations)
    x = first(F.linear(z, p["outward"], p["outward_bias"]))
    x = x.unflatten(1, [(32, 7, 7)[axis - 1] for axis in order])
    x = x.permute(0, *(1 + order.index(axis) for axis in (1, 2, 3)))  # back to (N, 32, 7, 7)
    x = second(F.conv_transpose2d(x, p["t_conv1"], p["t_conv1_bias"], 2, padding=1))
    return last(F.conv_transpose2d(x, p["t_conv2"], p["t_conv2_bias"], 2, padding=1))


def _deviations(right: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """All choices of activations that differ from the right one in one place, then in two, then in three."""
    for count in (1, 2, 3):
        for places in combinations(range(len(right)), count):
            usual = list(_ACTIVATIONS)[: (None, None, 12, 6)[count]]  # the more places, the fewer are tried
            for names in product(usual, repeat=count):
                changed = list(right)
                for place, name in zip(places, names, strict=True):
                    changed[place] = name
                if sum(one != other for one, other in zip(changed, right, strict=True)) == count:
                    yield tuple(changed)


def _told(method: str, activations: tuple[str, ...]) -> tuple[str, str]:
    differences = [
        f"{have} {place}, where {want} belongs"
        for have, want, place in zip(activations, _RIGHT[method], _PLACES[method], strict=True)
        if have != want
    ]
    hint = "Compare the column 'then' in the table of the task, layer by layer."
    if any(have == "no activation" for have in activations[:2]):
        hint = "Without an activation between them, two layers in a row are one."
    if activations[2] != _RIGHT[method][2]:
        hint = (
            "The code is free to take any value; an activation there takes values away from it."
            if method == "encode"
            else "The images lie in [0, 1], and the output should be able to reach all of that and nothing else."
        )
    return f"{method} has {'; and '.join(differences)}", hint
