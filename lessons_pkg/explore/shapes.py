"""The data of the shape calculator (js/layers.js, js/shapes.js): torch layers as plain settings, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from torch import nn

from lessons_pkg import models

__all__ = ["KINDS", "layer", "of_the_course", "stack"]

_WINDOW = {"kernel": "kernel_size", "stride": "stride", "padding": "padding"}
_CONVOLUTION = {"in": "in_channels", "out": "out_channels", **_WINDOW}
# The layers that the browser's side knows: what it calls a setting, and what torch does.
_SETTINGS: dict[type[nn.Module], dict[str, str]] = {
    nn.Conv2d: _CONVOLUTION,
    nn.ConvTranspose2d: {**_CONVOLUTION, "output_padding": "output_padding"},
    nn.MaxPool2d: _WINDOW,
    nn.AvgPool2d: _WINDOW,
    nn.Linear: {"in": "in_features", "out": "out_features"},
    nn.Flatten: {},
    nn.ReLU: {},
    nn.Sigmoid: {},
    nn.Tanh: {},
    nn.Identity: {},
}
KINDS = (*(kind.__name__ for kind in _SETTINGS), "Unflatten")  # the torch layers that the page knows


def stack(layers: Iterable[nn.Module], input_shape: tuple[int, int, int]) -> dict[str, Any]:
    """What js/shapes.js starts with: torch layers in their order, for images of shape (C, H, W).

    Raises ValueError, naming the layer, for one with settings that the calculator on the page does not have.
    """
    return {"input": list(input_shape), "layers": [_described(part) for part in layers]}


def layer(spec: dict[str, Any]) -> nn.Module:
    """The torch layer of one description: ``layer({"kind": "MaxPool2d", "kernel": 2, "stride": 2, "padding": 0})``."""
    if spec["kind"] == "Unflatten":
        return nn.Unflatten(1, (spec["channels"], spec["height"], spec["width"]))
    kind: Callable[..., nn.Module] = getattr(nn, spec["kind"])
    return kind(**{torch_name: spec[name] for name, torch_name in _SETTINGS[kind].items()})


def of_the_course() -> dict[str, Any]:
    """The convolutional autoencoder of the second exercise, without its sigmoid, on an image of 28 by 28 pixels."""
    encoder, decoder = (half := models.ConvAE()).encoder, half.decoder
    layers = [encoder.conv1, encoder.pool, encoder.conv2, encoder.pool, decoder.t_conv1, decoder.t_conv2]
    return stack(layers, (1, 28, 28))


def _described(part: nn.Module) -> dict[str, Any]:
    kind = type(part)
    if kind is nn.Unflatten and part.dim == 1 and len(part.unflattened_size) == 3:
        return {"kind": "Unflatten", **dict(zip(("channels", "height", "width"), part.unflattened_size, strict=True))}
    if kind not in _SETTINGS:
        raise ValueError(f"no {kind.__name__} in the calculator of the page: {part}")
    spec = {name: _one(getattr(part, torch_name), part) for name, torch_name in _SETTINGS[kind].items()}
    # Made anew from its settings, it must be the same layer; no bias, groups, a dilation are not among them.
    if repr(made := layer({"kind": kind.__name__, **spec})) != repr(part):
        raise ValueError(f"the calculator of the page knows {made}, not {part}")
    return {"kind": kind.__name__, **spec}


def _one(value: int | str | tuple[int, ...], part: nn.Module) -> int:
    """A setting that is the same along both axes."""
    values = value if isinstance(value, tuple) else (value,)
    if len(set(values)) != 1 or not isinstance(values[0], int):
        raise ValueError(f"only square windows and paddings in numbers in the calculator of the page, not {part}")
    return values[0]
