"""Sizes, parameters and receptive fields, layer by layer, by the formulas and without running anything.

    print(shapes.trace([nn.Conv2d(1, 16, 3, padding=1), nn.MaxPool2d(2)], (1, 28, 28)))

The formulas are those of Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import prod

from torch import nn

__all__ = ["ImpossibleLayer", "Step", "Trace", "conv_size", "trace", "transposed_conv_size"]

Interval = tuple[int, int]


class ImpossibleLayer(ValueError):
    """A layer that cannot follow the one before it. The message names the layer, its place, and why."""


@dataclass(frozen=True)
class Step:
    """One line of a trace: a layer and what is there after it.

    shape: without the batch, (C, H, W) or (features,). parameters: of this layer alone.
    receptive_field: height and width, in input pixels, of what one output number can see inside a large image.
    """

    layer: str
    shape: tuple[int, ...]
    parameters: int
    receptive_field: tuple[int, int]


@dataclass(frozen=True)
class Trace:
    """All steps, the input first; prints as a table."""

    steps: tuple[Step, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape at the end, without the batch."""
        return self.steps[-1].shape

    @property
    def parameters(self) -> int:
        return sum(step.parameters for step in self.steps)

    def __str__(self) -> str:
        rows = [("layer", "shape", "parameters", "sees")]
        rows += [
            (
                step.layer,
                " x ".join(map(str, step.shape)),
                f"{step.parameters:,}",
                "{} x {}".format(*step.receptive_field),
            )
            for step in self.steps
        ]
        rows.append(("sum", "", f"{self.parameters:,}", ""))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}".rstrip()
            for row in rows
        )


def conv_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Output size of a convolution or a pooling along one axis: floor((size + 2p - d(k - 1) - 1) / s) + 1."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def transposed_conv_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Output size of a transposed convolution along one axis: (size - 1)s - 2p + d(k - 1) + output_padding + 1.

    A convolution with stride s gives one and the same size for s input sizes; ``output_padding`` (0 to s - 1, at the
    far end) says which of them is to come back.
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def trace(layers: nn.Module | Iterable[nn.Module], input_shape: tuple[int, ...]) -> Trace:
    """Follow an image through layers: what is its shape, how many parameters, what does each number see?

    layers: torch layers, or modules made of them in order (nn.Sequential). input_shape: (C, H, W), or (features,).
    Known are Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d(1), Upsample (nearest, whole factors),
    Linear, Flatten, Unflatten, BatchNorm2d, and activations and dropout, which change nothing here.

    Raises ImpossibleLayer where a layer cannot take what comes, or is not known.
    """
    state = _State(tuple(input_shape))
    if any(size < 1 for size in state.shape):
        raise ImpossibleLayer(f"the input has shape {state.shape}: every size must be at least 1")
    steps = [Step("input", state.shape, 0, (1, 1))]
    for place, layer in enumerate(_flat(layers), start=1):
        name = f"layer {place}, {type(layer).__name__}"
        rule = next((rule for kinds, rule in _RULES if isinstance(layer, kinds)), None)
        if rule is None:
            raise ImpossibleLayer(f"{name}: this calculator does not know that kind of layer")
        rule(layer, state, name)
        if any(size < 1 for size in state.shape):
            raise ImpossibleLayer(f"{name}: nothing is left, the shape would be {state.shape}")
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        steps.append(Step(_short(layer), state.shape, parameters, state.receptive_field()))
    return Trace(tuple(steps))


def _short(layer: nn.Module) -> str:
    """The layer in few words, with what differs from the usual only: "Conv2d 1-16, 3x3, padding 1"."""
    name = type(layer).__name__
    if isinstance(layer, nn.Linear):
        return f"{name} {layer.in_features}-{layer.out_features}"
    words = []
    if hasattr(layer, "in_channels"):
        words.append(f"{layer.in_channels}-{layer.out_channels}")
    for attribute, usual, say in _SETTINGS:
        value = getattr(layer, attribute, None)
        if isinstance(value, int | tuple) and not isinstance(value, bool):
            pair = (value, value) if isinstance(value, int) else value
            if len(pair) == 2 and pair != (usual, usual):
                text = str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"
                words.append(say.format(text if say != "{}" else f"{pair[0]}x{pair[1]}"))
    return f"{name} {', '.join(words)}".strip()


# attribute, the value that needs no word, how it is said
_SETTINGS = (
    ("kernel_size", 0, "{}"),
    ("stride", 1, "stride {}"),
    ("padding", 0, "padding {}"),
    ("output_padding", 0, "output_padding {}"),
    ("dilation", 1, "dilation {}"),
)


@dataclass
class _State:
    """What is known after the layers so far.

    back: one function per layer that maps, along an axis, output places to the input places they see.
    period: after so many places along an axis, what is seen repeats itself, only shifted.
    flattened: the image that the present row of features is, if it was only flattened. sees_all: mixed by a Linear.
    """

    shape: tuple[int, ...]
    back: list[Callable[[int, Interval], Interval]] = field(default_factory=list)
    period: list[int] = field(default_factory=lambda: [1, 1])
    flattened: tuple[int, ...] | None = None
    sees_all: bool = False
    input_shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.input_shape = self.shape

    def receptive_field(self) -> tuple[int, int]:
        if self.sees_all:
            return self.input_shape[1:] if len(self.input_shape) == 3 else (1, self.input_shape[0])
        image = self.flattened or self.shape
        return tuple(self._seen(axis, image[1 + axis]) for axis in (0, 1)) if len(image) == 3 else (1, 1)

    def _seen(self, axis: int, size: int) -> int:
        """The longest stretch that one output place sees along an axis; borders do not cut it off."""
        longest = 0
        for place in range(min(size, self.period[axis])):
            interval = (place, place)
            for step in reversed(self.back):
                interval = step(axis, interval)
            longest = max(longest, interval[1] - interval[0] + 1)
        return longest


def _flat(layers: nn.Module | Iterable[nn.Module]) -> Iterable[nn.Module]:
    """The layers inside, in order; a Sequential is opened."""
    if isinstance(layers, nn.Module) and not isinstance(layers, nn.Sequential):
        yield layers
        return
    for layer in layers:
        yield from _flat(layer)


def _pair(value: int | tuple[int, ...]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def _need_image(state: _State, name: str, channels: int | None = None) -> tuple[int, int, int]:
    if len(state.shape) != 3:
        raise ImpossibleLayer(
            f"{name} wants (C, H, W), but what comes has shape {state.shape}: is an Unflatten missing?"
        )
    if channels is not None and state.shape[0] != channels:
        raise ImpossibleLayer(f"{name} wants {channels} channels, but {state.shape[0]} come")
    return state.shape


def _window(layer: nn.Module, state: _State, name: str, channels: int) -> None:
    """A convolution or a pooling: each output place sees a window of the input."""
    if getattr(layer, "ceil_mode", False):
        raise ImpossibleLayer(f"{name}: ceil_mode is not known here")
    kernel, stride, dilation = (_pair(getattr(layer, key, 1)) for key in ("kernel_size", "stride", "dilation"))
    reach = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
    padding = [_padding(layer.padding, axis, reach[axis]) for axis in (0, 1)]
    sizes = []
    for axis, size in enumerate(state.shape[1:]):
        padded = size + sum(padding[axis])
        if padded < reach[axis] + 1:
            raise ImpossibleLayer(
                f"{name}: its window covers {reach[axis] + 1}, but only {padded} are there "
                f"(size {size}, padding {padding[axis][0]} before and {padding[axis][1]} after)"
            )
        sizes.append(conv_size(padded, kernel[axis], stride[axis], dilation=dilation[axis]))
    state.shape = (channels, *sizes)

    def back(axis: int, places: Interval) -> Interval:
        before = padding[axis][0]
        return places[0] * stride[axis] - before, places[1] * stride[axis] - before + reach[axis]

    state.back.append(back)


def _padding(padding: str | int | tuple[int, int], axis: int, reach: int) -> tuple[int, int]:
    """Padding before and after; "same" puts the odd one after, as torch does."""
    if padding == "same":
        return reach // 2, reach - reach // 2
    if padding == "valid":
        return 0, 0
    return (_pair(padding)[axis],) * 2


def _conv(layer: nn.Conv2d, state: _State, name: str) -> None:
    _need_image(state, name, layer.in_channels)
    _window(layer, state, name, layer.out_channels)


def _pool(layer: nn.Module, state: _State, name: str) -> None:
    channels, *_ = _need_image(state, name)
    for padding, kernel in zip(_pair(layer.padding), _pair(layer.kernel_size), strict=True):
        if padding > kernel // 2:
            raise ImpossibleLayer(f"{name}: padding {padding} is more than half of the window ({kernel})")
    _window(layer, state, name, channels)


def _transposed(layer: nn.ConvTranspose2d, state: _State, name: str) -> None:
    _, *sizes = _need_image(state, name, layer.in_channels)
    kernel, stride, padding, extra, dilation = (
        _pair(getattr(layer, key)) for key in ("kernel_size", "stride", "padding", "output_padding", "dilation")
    )
    for axis in (0, 1):
        if extra[axis] >= max(stride[axis], dilation[axis]):
            raise ImpossibleLayer(
                f"{name}: output_padding {extra[axis]} must be smaller than the stride ({stride[axis]}) "
                f"or the dilation ({dilation[axis]})"
            )
    out = (transposed_conv_size(s, *v) for s, *v in zip(sizes, kernel, stride, padding, extra, dilation, strict=True))
    state.shape = (layer.out_channels, *out)

    def back(axis: int, places: Interval) -> Interval:
        # Input place i reaches the output places i * stride - padding + 0 ... reach.
        reach = dilation[axis] * (kernel[axis] - 1)
        first = -((reach - places[0] - padding[axis]) // stride[axis])  # rounded up
        return first, (places[1] + padding[axis]) // stride[axis]

    state.back.append(back)
    state.period = [state.period[axis] * stride[axis] for axis in (0, 1)]


def _upsample(layer: nn.Upsample, state: _State, name: str) -> None:
    channels, *sizes = _need_image(state, name)
    factor = layer.scale_factor
    if layer.mode != "nearest" or factor is None or _pair_of_wholes(factor) is None:
        raise ImpossibleLayer(f"{name}: only mode='nearest' with a whole scale_factor is known here")
    factors = _pair_of_wholes(factor)
    state.shape = (channels, *(size * by for size, by in zip(sizes, factors, strict=True)))
    state.back.append(lambda axis, places: (places[0] // factors[axis], places[1] // factors[axis]))
    state.period = [state.period[axis] * factors[axis] for axis in (0, 1)]


def _pair_of_wholes(factor: float | tuple[float, ...]) -> tuple[int, int] | None:
    factors = (factor, factor) if isinstance(factor, (int, float)) else tuple(factor)
    return tuple(int(by) for by in factors) if all(by == int(by) and by >= 1 for by in factors) else None


def _average_all(layer: nn.AdaptiveAvgPool2d, state: _State, name: str) -> None:
    channels, *_ = _need_image(state, name)
    if _pair(layer.output_size) != (1, 1):
        raise ImpossibleLayer(f"{name}: only an output size of 1 is known here")
    state.shape, state.sees_all = (channels, 1, 1), True


def _linear(layer: nn.Linear, state: _State, name: str) -> None:
    if state.shape[-1] != layer.in_features:
        missing = ": is a Flatten missing?" if prod(state.shape) == layer.in_features else ""
        raise ImpossibleLayer(
            f"{name} wants {layer.in_features} features, but what comes has shape {state.shape}{missing}"
        )
    if len(state.shape) != 1:
        raise ImpossibleLayer(f"{name} would work on each row of {state.shape} by itself: is a Flatten missing?")
    state.shape, state.flattened, state.sees_all = (layer.out_features,), None, True


def _flatten(layer: nn.Flatten, state: _State, name: str) -> None:
    if (layer.start_dim, layer.end_dim) != (1, -1):
        raise ImpossibleLayer(f"{name}: only Flatten() with its defaults is known here")
    if len(state.shape) == 3:
        state.flattened = state.shape
    state.shape = (prod(state.shape),)


def _unflatten(layer: nn.Unflatten, state: _State, name: str) -> None:
    target = tuple(layer.unflattened_size)
    if layer.dim != 1 or len(state.shape) != 1 or prod(target) != state.shape[0]:
        raise ImpossibleLayer(f"{name}: {state.shape} cannot become {target}, which holds {prod(target)} numbers")
    if state.flattened not in (None, target):
        raise ImpossibleLayer(
            f"{name}: numbers of {state.flattened} read as {target}: what each sees is not known here"
        )
    state.shape, state.flattened = target, None


def _unchanged(layer: nn.Module, state: _State, name: str) -> None:
    if isinstance(layer, nn.BatchNorm2d):
        _need_image(state, name, layer.num_features)


_RULES: list[tuple[tuple[type[nn.Module], ...], Callable[[nn.Module, _State, str], None]]] = [
    ((nn.Conv2d,), _conv),
    ((nn.ConvTranspose2d,), _transposed),
    ((nn.MaxPool2d, nn.AvgPool2d), _pool),
    ((nn.AdaptiveAvgPool2d,), _average_all),
    ((nn.Upsample,), _upsample),
    ((nn.Linear,), _linear),
    ((nn.Flatten,), _flatten),
    ((nn.Unflatten,), _unflatten),
    (
        (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.Sigmoid, nn.Tanh, nn.Identity, nn.Dropout, nn.BatchNorm2d),
        _unchanged,
    ),
]
