"""Exercise 3: what is asked of its answers."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from lessons_pkg.grading.probes.networks import gradients, outputs

__all__ = ["as_linear", "channel_order", "fc_autoencoder", "memory_order"]


def memory_order(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """strides_of, flat_index and unflatten_index, for the places that are asked of each shape."""
    strides_of, flat_index, unflatten_index = answer
    found: dict[str, Any] = {"strides": [], "positions": [], "indices": []}
    for shape, indices, positions in given["cases"]:
        shape = tuple(shape)
        found["strides"].append(strides_of(shape))
        found["positions"].append([flat_index(tuple(index), shape) for index in indices])
        found["indices"].append([unflatten_index(position, shape) for position in positions])
    return found


def channel_order(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The images and layers of each case, moved."""
    to_first, to_last, dense = answer
    return {
        "first": [to_first(images.clone()) for images in given["last"]],
        "last": [to_last(images.clone()) for images in given["first"]],
        # As to_channels_first may give them: in memory they lie in another order than their shape says.
        "strided": [to_last(images.permute(0, 3, 1, 2)) for images in given["last"]],
        "dense": [list(dense(weight.clone(), bias.clone(), *size)) for weight, bias, size in given["dense"]],
    }


def fc_autoencoder(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The model of the drawn code size, and the one that is built without arguments, with the drawn weights."""
    images, found = given["images"], {}
    models = {"sized": answer(code_dim=given["code_dim"]), "default": answer()}
    for name, model in models.items():
        inputs = {"encode": images, "decode": given["codes"][name], "forward": images}
        found[name] = outputs(model, inputs, given["numbers"])
    found["sized"]["gradients"] = gradients(models["sized"], "forward", images, given["factors"])
    return found


def as_linear(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Weight and bias of the layer for each convolution, or the word "ValueError" where the answer raises that."""
    found: list[Any] = []
    for weight, bias, stride, padding, height, width in given["cases"]:
        padding = padding if isinstance(padding, str) else tuple(padding)
        channels = weight.shape[1], weight.shape[0]
        conv = nn.Conv2d(*channels, tuple(weight.shape[2:]), stride, padding, bias=bias is not None)
        with torch.no_grad():
            conv.weight.copy_(weight)
            if bias is not None:
                conv.bias.copy_(bias)
        try:
            linear = answer(conv, height, width)
        except ValueError:
            found.append("ValueError")
        else:
            found.append({"weight": linear.weight, "bias": linear.bias})
    return {"layers": found}
