"""A trained network as data for the browser: a list of layers, and their weights in half precision.

    spec, weights = export.network(model.decoder, (2,))     # torch module, shape of one input

``js/network.js`` runs it. The weights are rounded to half precision here; ``rounded`` gives the torch module with the
same rounded weights, to compare with.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from lessons_pkg.models.deep_conv import Decoder

__all__ = ["network", "rounded"]


def rounded(module: nn.Module) -> nn.Module:
    """A copy with every weight rounded to half precision, in float32."""
    model = copy.deepcopy(module).cpu().float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    return model


def network(module: nn.Module, input_shape: tuple[int, ...]) -> tuple[dict[str, Any], bytes]:
    """Layers of a chain of modules for one input of this shape, and their weights: little-endian, one after another.

    Raises ValueError, naming the layer, for one that the browser's side does not know.
    """
    layers: list[dict[str, Any]] = []
    weights: list[torch.Tensor] = []
    shape, count = input_shape, 0
    module = copy.deepcopy(module).cpu()
    if len(shape) == 3:  # in from torch's order
        layers.append({"op": "to_map", "shape": shape})

    def stored(values: torch.Tensor) -> int:
        nonlocal count
        weights.append(values.detach().half().flatten())
        count += values.numel()
        return count - values.numel()

    for part in _chain(module):
        if isinstance(part, nn.Linear):
            if part.bias is None:
                raise ValueError(f"{part} has no bias; js/network.js expects one")
            sizes = {"in": part.in_features, "out": part.out_features}
            layers.append({"op": "linear", **sizes, "weight": stored(part.weight), "bias": stored(part.bias)})
            shape = (part.out_features,)
        elif isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            _expect_plain(part)
            after = tuple(_one(part, shape).shape[1:])
            layers.append(
                {
                    "op": "conv" if isinstance(part, nn.Conv2d) else "conv_transpose",
                    "in": part.in_channels,
                    "out": part.out_channels,
                    "k": part.kernel_size[0],
                    "stride": part.stride[0],
                    "padding": part.padding[0],
                    "from": shape[1:],
                    "to": after[1:],
                    "weight": stored(part.weight),
                    "bias": stored(part.bias),
                }
            )
            shape = after
        elif isinstance(part, nn.Unflatten):
            shape = tuple(part.unflattened_size)
            layers.append({"op": "to_map", "shape": shape})
        elif isinstance(part, nn.Flatten):
            if len(shape) == 3:
                layers.append({"op": "to_row", "shape": shape})
            shape = (int(torch.tensor(shape).prod()),)
        elif isinstance(part, nn.ReLU):
            layers.append({"op": "relu"})
        elif isinstance(part, nn.LeakyReLU):
            layers.append({"op": "leaky_relu", "slope": part.negative_slope})
        elif isinstance(part, nn.Sigmoid):
            layers.append({"op": "sigmoid"})
        else:
            raise ValueError(f"no {type(part).__name__} in the browser: {part}")
    if len(shape) == 3:  # out in torch's order
        layers.append({"op": "to_row", "shape": shape})
    if not weights:
        raise ValueError(f"{module} has no weights: there is nothing to run in the browser")
    return {"layers": layers, "input": input_shape, "output": shape}, torch.cat(weights).numpy().tobytes()


def _chain(module: nn.Module) -> Iterator[nn.Module]:
    """The layers in the order in which they are applied."""
    if isinstance(module, Decoder):
        yield module.fc
        yield nn.Unflatten(1, module.map_shape)
        yield from module.model
    elif isinstance(module, nn.Sequential):
        for part in module:
            yield from _chain(part)
    else:
        yield module


def _one(part: nn.Module, shape: tuple[int, ...]) -> torch.Tensor:
    with torch.no_grad():
        return part(torch.zeros(1, *shape))


def _expect_plain(part: nn.Conv2d | nn.ConvTranspose2d) -> None:
    plain = part.groups == 1 and part.dilation == (1, 1) and part.bias is not None and part.padding_mode == "zeros"
    square = len({*part.kernel_size}) == len({*part.stride}) == 1 and not isinstance(part.padding, str)
    if not (plain and square and part.padding[0] == part.padding[1]):
        raise ValueError(f"only plain, square convolutions with a bias in the browser, not {part}")
