"""Exercise 3: memory order, channel order, the fully connected bottleneck, and a convolution as a Linear layer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import permutations, product
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.bottleneck_memory_causes import index_of, position_of, strides
from lessons_pkg.checks.bottleneck_network import expected_shapes
from lessons_pkg.checks.values import numbered, pictures
from lessons_pkg.grading.oracles.framework import Wrong, oracle, same, tensor, value
from lessons_pkg.grading.oracles.networks import (
    Weights,
    assignments,
    drawn,
    expect_born,
    expect_gradients,
    expect_outputs,
    filled,
    first_right,
    listed,
)

__all__ = ["AsLinear", "ChannelOrder", "FCAutoencoder", "MemoryOrder"]

DEFAULT = 32  # numbers in the code of FCAutoencoder()
FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)


@oracle("3.1", probe="bottleneck:memory_order")
class MemoryOrder:
    """Strides, places and indices of shapes with one to five dimensions, exactly."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw, cases = random.Random(seed), []
        for dimensions in (1, 2, 3, 4, 5, 3):
            shape = [draw.randint(2, 7) for _ in range(dimensions)]
            if dimensions > 3:
                shape[draw.randrange(dimensions)] = 1
            positions = draw.sample(range(prod(shape)), k=min(12, prod(shape)))
            indices = [list(index_of(draw.randrange(prod(shape)), tuple(shape))) for _ in range(12)]
            cases.append([shape, indices, positions])
        return {"cases": cases}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        cases = given["cases"]
        columns = [listed(found, key, len(cases)) for key in ("strides", "positions", "indices")]
        for (shape, indices, positions), *answers in zip(cases, *columns, strict=True):
            shape = tuple(shape)
            right = (
                [strides(shape)],
                [position_of(index, shape) for index in indices],
                [index_of(position, shape) for position in positions],
            )
            for name, one, target in zip(("strides_of", "flat_index", "unflatten_index"), answers, right, strict=True):
                _expect_exactly(f"{name} for the shape {shape}", [one] if name == "strides_of" else one, target)


def _expect_exactly(words: str, found: Any, right: list[Any]) -> None:
    """Whole numbers, or lists of them, and no floats that look like them."""
    if not isinstance(found, list) or len(found) != len(right):
        raise Wrong(f"{words}: not {len(right)} results")
    for one, target in zip(found, right, strict=True):
        whole = isinstance(target, int)
        parts = [one] if whole else one
        if not isinstance(parts, list) or not all(type(part) is int for part in parts):
            raise Wrong(f"{words}: expected {target}, found other things than whole numbers")
        if parts != ([target] if whole else list(target)):
            raise Wrong(f"{words}: expected {target}, found {str(parts)[:60]}")


@oracle("3.2", probe="bottleneck:channel_order")
class ChannelOrder:
    """Every number at its new place, in images of different dtypes and in the rows of a layer."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = random.Random(seed)
        shapes = [tuple(draw.sample(range(2, 7), k=4)) for _ in range(4)]
        shapes += [(2, 1, 4, 3), (3, 4, 1, 2), (3, 5, 4, 1), (1, 2, 3, 1)]
        images = [numbered(shape, seed + i) for i, shape in enumerate(shapes)]
        images[1] = images[1].to(torch.uint8)
        layers = []
        for height, width, channels in ([draw.sample(range(2, 7), k=3) for _ in range(3)]) + [[3, 4, 1], [1, 5, 2]]:
            rows = height * width * channels
            layers.append([drawn((rows, 3), seed + rows), drawn((rows,), seed - rows), [height, width, channels]])
        return {"last": images, "first": [one.permute(FIRST).contiguous().flip(3) for one in images], "dense": layers}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for key, name, inputs, order in (
            ("first", "to_channels_first", given["last"], FIRST),
            ("last", "to_channels_last", given["first"], LAST),
            ("strided", "to_channels_last", [one.permute(FIRST) for one in given["last"]], LAST),
        ):
            for images, out in zip(inputs, listed(found, key, len(inputs)), strict=True):
                _expect_equal(f"{name} of {tuple(images.shape)}", out, images.permute(order))
        layers = listed(found, "dense", len(given["dense"]))
        for (weight, bias, sizes), layer in zip(given["dense"], layers, strict=True):
            words = f"dense_to_channels_first for {tuple(sizes)}"
            pair = listed({words: layer}, words, 2)
            order = torch.arange(len(bias)).reshape(sizes).permute(2, 0, 1).flatten()
            for what, one, old in (("weight", pair[0], weight), ("bias", pair[1], bias)):
                _expect_equal(f"{words}: the {what}", one, old[order])


def _expect_equal(words: str, found: Any, right: Tensor) -> None:
    tensor({words: found}, words, tuple(right.shape))
    if found.dtype != right.dtype:
        raise Wrong(f"{words}: {found.dtype}, expected {right.dtype}")
    if not torch.equal(found, right):
        raise Wrong(f"{words}: {int((found != right).sum())} of {right.numel()} numbers are not where they belong")


@oracle("3.3", probe="bottleneck:fc_autoencoder")
class FCAutoencoder:
    """The network of the task with drawn weights, in whatever order the map's numbers stand in the row."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        k = (5, 6, 9, 11)[seed % 4]  # no size that a layer of the task has
        return {
            "code_dim": k,
            "images": torch.cat([pictures(2, seed), drawn((3, 1, 28, 28), seed)]),
            "codes": {"sized": drawn((4, k), seed + 1, 5), "default": drawn((2, DEFAULT), seed + 2, 5)},
            "factors": drawn((5, 1, 28, 28), seed + 3),
            "numbers": drawn((20011,), seed + 4, 0.1),
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for name, k in (("sized", given["code_dim"]), ("default", DEFAULT)):
            _expect_network(given, value(found, name, dict), k, given["codes"][name], learned=name == "sized")


def _expect_network(given: dict[str, Any], found: dict[str, Any], k: int, codes: Tensor, *, learned: bool) -> None:
    wanted = [torch.Size(shape).numel() for shape in expected_shapes(k)]
    born = expect_born(found, wanted)
    sizes = [len(one) for one in born]
    numbers, images = filled(sizes, given["numbers"]), given["images"].double()

    def ways() -> Iterator[tuple[list[int], tuple[int, ...]]]:
        yield from product(assignments(sizes, wanted), permutations((1, 2, 3)))

    def expect_encode(way: tuple[list[int], tuple[int, ...]]) -> None:
        expect_outputs(found, "encode", _encode(images, [numbers[place] for place in way[0]], way[1]))

    def expect_decode(way: tuple[list[int], tuple[int, ...]]) -> None:
        expect_outputs(found, "decode", _decode(codes.double(), [numbers[place] for place in way[0]], way[1]))

    inward, outward = first_right(ways(), expect_encode), first_right(ways(), expect_decode)
    places = inward[0][:6] + outward[0][6:]

    def output(weights: Weights) -> Tensor:
        return _decode(_encode(images, weights, inward[1]), weights, outward[1])

    expect_outputs(found, "forward", output([numbers[place] for place in places]))
    if learned:
        expect_gradients(found, output, given["factors"], numbers, born, places)


def _encode(x: Tensor, weights: Weights, order: tuple[int, ...]) -> Tensor:
    shapes = expected_shapes(len(weights[5]))
    w1, b1, w2, b2, w3, b3 = (one.reshape(shape) for one, shape in zip(weights[:6], shapes, strict=False))
    x = F.relu(F.conv2d(F.relu(F.conv2d(x, w1, b1, 2, 1)), w2, b2, 2, 1))
    return F.linear(x.permute(0, *order).flatten(1), w3, b3)


def _decode(z: Tensor, weights: Weights, order: tuple[int, ...]) -> Tensor:
    shapes = expected_shapes(z.shape[1])[6:]
    w1, b1, w2, b2, w3, b3 = (one.reshape(shape) for one, shape in zip(weights[6:], shapes, strict=True))
    x = F.relu(F.linear(z, w1, b1)).unflatten(1, [(32, 7, 7)[axis - 1] for axis in order])
    x = x.permute(0, *(1 + order.index(axis) for axis in (1, 2, 3)))  # back to (N, 32, 7, 7)
    return torch.sigmoid(F.conv_transpose2d(F.relu(F.conv_transpose2d(x, w2, b2, 2, 1)), w3, b3, 2, 1))


@oracle("3.4", probe="bottleneck:as_linear")
class AsLinear:
    """The only weight and bias that give the convolution's numbers for every map, or a ValueError."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = random.Random(seed)
        a, b = draw.sample(range(2, 7), k=2)
        cases = []

        def add(kernel: tuple[int, int], size: tuple[int, int], padding: Any = (0, 0), stride: int = 1) -> None:
            shape = (draw.randint(1, 5), draw.randint(1, 4), *kernel)
            bias = drawn(shape[:1], draw.getrandbits(60)) if len(cases) % 3 else None
            padding = padding if isinstance(padding, str) else list(padding)
            cases.append([drawn(shape, draw.getrandbits(60)), bias, stride, padding, *size])

        for kernel in ((a, a), (a, b), (b, a), (1, b), (b, b)):
            add(kernel, kernel)
            add(kernel, kernel, stride=draw.randint(2, 3))
        add((a, b), (a, b), "valid")
        for size in ((a + 1, b), (a, b + 2), (b, a), (a - 1, b)):
            add((a, b), size)
        for padding in ((1, 1), (0, 1), (2, 0), "same"):
            add((a, a), (a, a), padding)
        draw.shuffle(cases)
        return {"cases": cases}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        layers = listed(found, "layers", len(given["cases"]))
        for (weight, bias, stride, padding, *size), layer in zip(given["cases"], layers, strict=True):
            words = f"kernel {tuple(weight.shape[2:])} on {tuple(size)}, padding {padding}, stride {stride}"
            if list(weight.shape[2:]) != size or padding not in ([0, 0], "valid"):
                if layer != "ValueError":
                    raise Wrong(f"{words}: expected a ValueError, found a layer")
                continue
            if layer == "ValueError":
                raise Wrong(f"{words}: expected a layer, found a ValueError")
            right = weight.flatten(1)
            same(f"{words}: the weight", tensor(layer, "weight", tuple(right.shape)), right, rel=1e-5)
            nothing = torch.zeros(len(right))
            if value(layer, "weight", Tensor).is_floating_point() is False or "bias" not in layer:
                raise Wrong(f"{words}: no weight and bias of floats")
            own = nothing.double() if layer["bias"] is None else tensor(layer, "bias", tuple(nothing.shape))
            same(f"{words}: the bias", own, nothing if bias is None else bias, rel=1e-5)
