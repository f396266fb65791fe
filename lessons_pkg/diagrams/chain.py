"""From a model that runs to the steps of its diagram: what was really applied to an image, and what came out.

The model is run once on an image of zeros. Layers are seen by hooks, functions (``F.pad``, ``view``, slices, ``mean``)
by PyTorch's own switch for that, so what the diagram shows is what happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


@dataclass(frozen=True)
class Block:
    """One block of a diagram: what led to it, line by line, and the shape that is there, without the batch."""

    steps: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def numbers(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True)
class Chain:
    """An autoencoder as a chain of blocks: encoder from image to code, decoder from code to reconstruction.

    The code is the last block of the one and the first of the other.
    """

    encoder: tuple[Block, ...]
    decoder: tuple[Block, ...]

    @property
    def code(self) -> Block:
        return self.encoder[-1]


@dataclass(eq=False)
class _Node:
    """One tensor on the way: by which layer or function it came, from which tensor, and its shape."""

    by: nn.Module | str
    shape: tuple[int, ...]
    before: _Node | None = None
    joined: bool = False  # made from two tensors of the way: a chain cannot show that


def chain(model: nn.Module, image_shape: tuple[int, int, int] = (1, 28, 28)) -> Chain:
    """The blocks of a model with ``encode`` and ``decode``, from a run on one image of zeros.

    Flattening, padding, cropping and activations are named with the layer they belong to and make no block of their
    own. The model is left as it was. Raises ValueError where the way from image to reconstruction is no chain.
    """
    parameter = next(model.parameters(), torch.zeros(()))
    image = torch.zeros(1, *image_shape, dtype=parameter.dtype, device=parameter.device)
    modes = {module: module.training for module in model.modules()}
    model.eval()  # batch norm would take the zeros into its running means
    try:
        with torch.no_grad(), _watched(model, image) as nodes:
            z = model.encode(image)
            if not isinstance(z, Tensor):
                raise ValueError(
                    f"{type(model).__name__}: encode returns a {type(z).__name__}, and a code is one tensor"
                )
            code = nodes.get(id(z), (None,))[0]
            end = nodes.get(id(model.decode(z)), (None,))[0]
    finally:
        for module, training in modes.items():
            module.training = training
    if code is None or end is None:
        raise ValueError(f"{type(model).__name__}: no way was seen from the image to the code and the reconstruction")
    way = [end]
    while way[-1].before is not None:
        way.append(way[-1].before)
    way.reverse()
    if code not in way:
        raise ValueError(f"{type(model).__name__}: the reconstruction is not made from the code alone")
    joined = next((node for node in way if node.joined), None)
    if joined is not None:
        raise ValueError(f"{type(model).__name__}: {_name(joined)[0]!r} joins two ways, and a chain has only one")
    cut = way.index(code)
    return Chain(_blocks(way[: cut + 1]), _blocks(way[cut:]))


@contextmanager
def _watched(model: nn.Module, image: Tensor) -> Iterator[dict[int, tuple[_Node, Tensor]]]:
    """While inside, every tensor made from the image gets a node, by id; it is kept, so that no id comes twice."""
    nodes = {id(image): (_Node("image", tuple(image.shape[1:])), image)}
    inside: list[nn.Module] = []  # the layer at work: what it calls in itself is its own affair

    def note(by: nn.Module | str, inputs: object, outputs: object) -> None:
        found = {id(tensor): nodes[id(tensor)][0] for tensor in _tensors(inputs) if id(tensor) in nodes}
        if found:
            for out in _tensors(outputs):
                first = next(iter(found.values()))
                nodes[id(out)] = (_Node(by, tuple(out.shape[1:]), first, len(found) > 1), out)

    def before(layer: nn.Module, inputs: object) -> None:
        inside.append(layer)

    def after(layer: nn.Module, inputs: object, outputs: object) -> None:
        inside.pop()
        if not inside:
            note(layer, inputs, outputs)

    class Functions(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            answer = function(*args, **(kwargs or {}))
            if not inside:
                note(function.__name__.strip("_"), (args, kwargs), answer)
            return answer

    leaves = [module for module in model.modules() if module is not model and not list(module.children())]
    hooks = [
        hook for leaf in leaves for hook in (leaf.register_forward_pre_hook(before), leaf.register_forward_hook(after))
    ]
    try:
        with Functions():
            yield nodes
    finally:
        for hook in hooks:
            hook.remove()


def _tensors(values: object) -> Iterator[Tensor]:
    if isinstance(values, Tensor):
        yield values
    elif isinstance(values, (tuple, list)):
        for value in values:
            yield from _tensors(value)
    elif isinstance(values, dict):
        yield from _tensors(list(values.values()))


_SILENT = {"Identity", "contiguous", "clone", "detach", "to", "float", "double", "requires_grad"}
_SHAPES = {"view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "Flatten", "Unflatten", "view_as"}
_PAD = {"pad", "ZeroPad2d"}
PREPARING = {"flatten", "reshape", "pad"}  # steps that are said before the layer that they are for
_ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "LeakyReLU": "leaky ReLU",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
}


def _blocks(way: list[_Node]) -> tuple[Block, ...]:
    """Nodes to blocks: what only prepares a layer goes before it, what only finishes it goes behind."""
    blocks = [Block((), way[0].shape)]
    waiting: list[str] = []  # said in front of the next layer

    def finish(step: str, shape: tuple[int, ...]) -> None:
        last = blocks.pop()
        blocks.append(Block((*last.steps, step), shape))

    for node in way[1:]:
        (kind, *more), now = _name(node), blocks[-1].shape
        started = len(blocks) > 1 and not waiting
        if kind in _SILENT:
            continue
        if kind in _SHAPES:
            if node.shape == node.before.shape:
                continue
            if started and len(node.shape) > len(now):
                finish("reshape", node.shape)
            else:
                waiting.append("flatten" if len(node.shape) < len(node.before.shape) else "reshape")
        elif kind in _PAD:
            waiting.append("pad")
        elif kind == "getitem" and started and len(node.shape) == len(now):
            finish("crop", node.shape)
        elif node.shape == node.before.shape and started and not _weighs(node.by):
            finish(_ACTIVATIONS.get(kind, kind), node.shape)
        elif node.shape == node.before.shape and not _weighs(node.by):
            waiting.append(_ACTIVATIONS.get(kind, kind))
        else:
            blocks.append(Block((*waiting, kind, *more), node.shape))
            waiting = []
    if waiting:  # nothing came after: it stands by itself
        blocks.append(Block(tuple(waiting), way[-1].shape))
    return tuple(blocks)


def _weighs(by: nn.Module | str) -> bool:
    """Layers that mix numbers with weights get a block also where the shape stays."""
    return isinstance(by, nn.Module) and any(parameter.ndim > 1 for parameter in by.parameters())


def _name(node: _Node) -> tuple[str, ...]:
    """What is written on the arrow, short enough for it."""
    by = node.by
    if isinstance(by, str):
        return ("global average",) if by == "mean" and len(node.before.shape) == 3 and len(node.shape) == 1 else (by,)
    if isinstance(by, (nn.Conv2d, nn.ConvTranspose2d)):
        kind = "conv" if isinstance(by, nn.Conv2d) else "t-conv"
        stride = [] if set(by.stride) == {1} else [f"stride {by.stride[0]}"]
        return (kind, "\N{MULTIPLICATION SIGN}".join(map(str, by.kernel_size)), *stride)
    if isinstance(by, (nn.MaxPool2d, nn.AvgPool2d)):
        size = by.kernel_size if isinstance(by.kernel_size, int) else by.kernel_size[0]
        return ("max-pool" if isinstance(by, nn.MaxPool2d) else "avg-pool", f"{size}\N{MULTIPLICATION SIGN}{size}")
    if isinstance(by, nn.Linear):
        return ("linear",)
    if isinstance(by, nn.AdaptiveAvgPool2d):
        return ("global average",) if set(node.shape[1:]) == {1} else ("avg-pool",)
    if isinstance(by, nn.Upsample):
        return ("upsample", f"\N{MULTIPLICATION SIGN}{by.scale_factor:g}")
    return (type(by).__name__,)
