"""The convolutional autoencoder of exercise 2 as functions of its weights, right and with the typical mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.activations import ACTIVATIONS

__all__ = ["Mistake", "decode", "decoder_mistakes", "encode", "encoder_mistakes"]

Function = Callable[[Tensor], Tensor]
Mistake = tuple[Function, str, str]

_INPUTS: dict[str, Function] = {
    "scaled to [-1, 1]": lambda x: 2 * x - 1,
    "standardised": lambda x: (x - 0.1307) / 0.3081,
    "divided by 255": lambda x: x / 255,
    "inverted": lambda x: 1 - x,
    "cut off to [0, 1]": lambda x: x.clamp(0, 1),
    "normalised by the batch's own mean and spread": lambda x: (x - x.mean()) / x.std(),
    "normalised, each by its own mean and spread": (
        lambda x: (x - x.mean((2, 3), keepdim=True)) / x.std((2, 3), keepdim=True)
    ),
    "normalised (an instance or layer norm)": lambda x: F.layer_norm(x, x.shape[1:]),
    "scaled to length 1": lambda x: F.normalize(x.flatten(1)).view_as(x),
    "normalised along their one channel, which makes each pixel 1 or -1": F.normalize,
    "stretched to [0, 1] by the batch's own minimum and maximum": lambda x: (x - x.min()) / (x.max() - x.min()),
    "divided by their maximum": lambda x: x / x.max(),
    "centred by the batch's own mean": lambda x: x - x.mean(),
    "centred, each by its own mean": lambda x: x - x.mean((2, 3), keepdim=True),
    "centred by the mean image": lambda x: x - x.mean(0),
    "mirrored left to right": lambda x: x.flip(3),
    "turned upside down": lambda x: x.flip(2),
    "turned on their side (rows and columns exchanged)": lambda x: x.transpose(2, 3),
}
_ORDER = "The order is convolution, pool, convolution, pool."
_PLAIN = "This model, as in the source, has no activation between its layers. Chapter 2 tries both."
_POOL = "nn.MaxPool2d(2): the largest of each 2x2 square, without overlap. It halves height and width."


def encode(x: Tensor, weights: list[Tensor], a1: Function = lambda v: v, a2: Function = lambda v: v, *,
           pool1: Function = lambda v: F.max_pool2d(v, 2), pool2: Function = lambda v: F.max_pool2d(v, 2),
           pads: tuple[int, int] = (1, 1), strides: tuple[int, int] = (1, 1), mode: str = "constant",
           ) -> Tensor:  # fmt: skip
    """(N, 1, 28, 28) -> (N, 4, 7, 7) with the weights w1, b1, w2, b2; every option is a departure from the task."""
    w1, b1, w2, b2 = weights
    x = pool1(a1(F.conv2d(F.pad(x, (pads[0],) * 4, mode=mode), w1, b1, stride=strides[0])))
    return pool2(a2(F.conv2d(F.pad(x, (pads[1],) * 4, mode=mode), w2, b2, stride=strides[1])))


def encoder_mistakes(weights: list[Tensor]) -> Iterator[Mistake]:
    """Encoders with these weights that are not the right one."""
    first, second = "after the first convolution", "after the second convolution"
    same = lambda v: v  # noqa: E731
    for name, f in ACTIVATIONS.items():
        for (a1, a2), where in (
            ((f, same), first),
            ((same, f), second),
            ((f, f), f"{first} and another {second}"),
        ):
            cause = f"there is an activation: {name} {where}"
            yield lambda x, a1=a1, a2=a2: encode(x, weights, a1, a2), cause, _PLAIN
        for place, words in (("pool1", "after the first pool"), ("pool2", "at the end")):
            late = {place: lambda v, f=f: f(F.max_pool2d(v, 2))}
            yield lambda x, late=late: encode(x, weights, **late), f"there is an activation: {name} {words}", _PLAIN
    for words, change in _INPUTS.items():
        yield lambda x, f=change: encode(f(x), weights), f"the images are {words} first", "The images as they come."
    yield from _wrong_pools(weights)
    for mode in ("replicate", "reflect", "circular"):
        cause = f"the padding is not zeros: padding_mode={mode!r} or the like"
        yield lambda x, mode=mode: encode(x, weights, mode=mode), cause, "padding=1, and nothing else about it."
    for pads in product(range(4), repeat=2):
        if pads != (1, 1):
            cause = f"the padding is {pads[0]} in the first and {pads[1]} in the second convolution, not 1 and 1"
            hint = "A 3x3 kernel keeps the size with a frame of 1 on each side."
            yield lambda x, pads=pads: encode(x, weights, pads=pads), cause, hint
            fitted = {f"pool{i}": lambda v, n=n: F.adaptive_max_pool2d(v, n) for i, n in ((1, 14), (2, 7))}
            cause += ", and an adaptive pool makes the shape fit all the same"
            yield lambda x, pads=pads, to=fitted: encode(x, weights, pads=pads, **to), cause, hint
    w1, b1, w2, b2 = weights
    spread = {"padding": 2, "dilation": 2}
    for dilated, words in (({}, spread), "second"), ((spread, {}), "first"), ((spread, spread), "first and the second"):
        first_options, second_options = ({"padding": 1, **options} for options in dilated)
        yield (
            lambda x, one=first_options, two=second_options: F.max_pool2d(
                F.conv2d(F.max_pool2d(F.conv2d(x, w1, b1, **one), 2), w2, b2, **two), 2
            ),
            f"the kernel of the {words} convolution is spread out (dilation 2)",
            "dilation stays 1: the nine pixels of a 3x3 kernel are neighbours.",
        )
    for strides, words in (((2, 1), "first"), ((1, 2), "second")):
        hint = "The pools halve the image; the convolutions move by one pixel."
        yield lambda x, s=strides: encode(x, weights, strides=s), f"the {words} convolution has stride 2 too", hint
    for end, words in (
        (lambda z: z.flatten(1), "the code is flattened"),
        (lambda z: z.permute(0, 2, 3, 1), "the channels are the last axis of the code"),
        (lambda z: z.mean((2, 3)), "the code is averaged over all places"),
        (lambda z: z.transpose(2, 3), "rows and columns of the code are exchanged"),
        (lambda z: z[0], "only the first image of the batch is there"),
        (lambda z: z / 2, "the code is halved"),
        (lambda z: F.normalize(z.flatten(1)).view_as(z), "the code is scaled to length 1"),
    ):
        yield (
            lambda x, end=end: end(encode(x, weights)),
            words,
            "The code is (N, 4, 7, 7), as the second pool gives it.",
        )


def _wrong_pools(weights: list[Tensor]) -> Iterator[Mistake]:
    largest = lambda v: F.max_pool2d(v, 2)  # noqa: E731
    none = lambda v: v  # noqa: E731
    kinds: dict[str, Function] = {
        "takes the mean of each square (average pooling)": lambda v: F.avg_pool2d(v, 2),
        "takes the smallest of each square": lambda v: -F.max_pool2d(-v, 2),
        "takes the last pixel of each square instead of the largest": lambda v: v[:, :, 1::2, 1::2],
        "takes the sum of each square": lambda v: 4 * F.avg_pool2d(v, 2),
        "moves by one pixel (stride 1)": lambda v: F.max_pool2d(v, 2, 1),
        "has a window of 3": lambda v: F.max_pool2d(v, 3),
        "has a window of 3 that moves by 2": lambda v: F.max_pool2d(v, 3, 2),
        "has a window of 3 that moves by 2, with padding": lambda v: F.max_pool2d(v, 3, 2, 1),
        "has a window of 4": lambda v: F.max_pool2d(v, 4),
        "has a padding of 1": lambda v: F.max_pool2d(v, 2, padding=1),
        "keeps one channel only": lambda v: F.max_pool2d(v, 2).amax(1, keepdim=True),
    }
    missing = "the largest of each 2x2 square is never taken"
    yield lambda x: encode(x, weights, pool1=none), f"the first pool is missing: {missing} there", _POOL
    yield lambda x: encode(x, weights, pool2=none), f"the second pool is missing: {missing} there", _POOL
    yield lambda x: encode(x, weights, pool1=none, pool2=none), f"both pools are missing: {missing}", _POOL
    strided = "one pixel of each square is taken instead of the largest (a stride of 2 in place of the pool does that)"
    for places, words in (((1, 1), "both times"), ((1, 0), "the first time"), ((0, 1), "the second time")):
        pools = [none if place else largest for place in places]
        strides = tuple(1 + place for place in places)
        yield (
            lambda x, p=pools, s=strides: encode(x, weights, pool1=p[0], pool2=p[1], strides=s),
            f"{words}, {strided}",
            _POOL,
        )
    w1, b1, w2, b2 = weights
    both = lambda v: largest(largest(v))  # noqa: E731
    conv1, conv2 = (lambda v: F.conv2d(v, w1, b1, padding=1)), (lambda v: F.conv2d(v, w2, b2, padding=1))
    yield lambda x: conv2(both(conv1(x))), "both pools come before the second convolution", _ORDER
    yield lambda x: both(conv2(conv1(x))), "both pools come after the second convolution", _ORDER
    yield lambda x: conv2(largest(conv1(largest(x)))), "each pool comes before its convolution", _ORDER
    yield lambda x: conv2(conv1(both(x))), "both pools come before the convolutions", _ORDER
    yield lambda x: largest(conv2(conv1(largest(x)))), "the first pool comes before the first convolution", _ORDER
    yield lambda x: largest(conv2(largest(largest(conv1(x))))), "there is one pool too many, after the first", _ORDER
    yield lambda x: largest(largest(conv2(largest(conv1(x))))), "there is one pool too many, at the end", _ORDER
    for words, f in kinds.items():
        for pools, which in (((f, f), "the pool"), ((f, largest), "the first pool"), ((largest, f), "the second pool")):
            yield lambda x, p=pools: encode(x, weights, pool1=p[0], pool2=p[1]), f"{which} {words}", _POOL


def decode(z: Tensor, weights: list[Tensor], a1: Function = lambda v: v, end: Function = torch.sigmoid, *,
           strides: tuple[int, int] = (2, 2)) -> Tensor:  # fmt: skip
    """(N, 4, 7, 7) -> (N, 1, 28, 28) with the weights w1, b1, w2, b2; every option is a departure from the task."""
    w1, b1, w2, b2 = weights
    return end(F.conv_transpose2d(a1(F.conv_transpose2d(z, w1, b1, stride=strides[0])), w2, b2, stride=strides[1]))


def decoder_mistakes(weights: list[Tensor]) -> Iterator[Mistake]:
    """Decoders with these weights that are not the right one."""
    same = lambda v: v  # noqa: E731
    sigmoid = torch.sigmoid
    once = "The last step of decode is one sigmoid, and there is no other."
    yield lambda z: decode(z, weights, end=same), "the sigmoid at the end is missing", once
    yield lambda z: decode(z, weights, end=lambda v: sigmoid(sigmoid(v))), "the sigmoid is applied twice", once
    yield lambda z: decode(z, weights, end=lambda v: sigmoid(sigmoid(sigmoid(v)))), "the sigmoid is there 3 times", once
    yield (
        lambda z: decode(z, weights, sigmoid, same),
        "the sigmoid is after the first layer, and missing at the end",
        once,
    )
    ones = "there is a softmax over the one channel at the end: it makes every pixel 1"
    yield lambda z: decode(z, weights, end=lambda v: v.softmax(1)), ones, once
    for name, f in ACTIVATIONS.items():
        between = f"there is an activation between the layers: {name}"
        yield lambda z, f=f: decode(z, weights, f), between, _PLAIN
        yield lambda z, f=f: decode(z, weights, f, same), f"{between}, and the sigmoid at the end is missing", once
        yield lambda z, f=f: decode(f(z), weights), f"there is an activation: {name} on the code", _PLAIN
        if name != "a sigmoid":
            yield lambda z, f=f: decode(z, weights, end=f), f"there is {name} at the end, and no sigmoid", once
            twice = lambda v, f=f: sigmoid(f(v))  # noqa: E731
            yield lambda z, f=twice: decode(z, weights, end=f), f"there is {name} before the sigmoid", once
            after = lambda v, f=f: f(sigmoid(v))  # noqa: E731
            yield (
                lambda z, f=after: decode(z, weights, end=f),
                f"there is an activation after the sigmoid: {name}",
                once,
            )
            yield lambda z, a=f, f=twice: decode(z, weights, a, f), f"{name} follows both layers", _PLAIN
    shapes = ("the output is flat", "the axis of the one grey channel is missing", "the channel is the last axis")
    shape = "Images are (N, 1, 28, 28): the axis of the one grey channel is the second."
    for words, end in {
        "the output is scaled to 0 to 255": lambda v: 255 * sigmoid(v),
        "the output is scaled to [-1, 1]": lambda v: 2 * sigmoid(v) - 1,
        "a tanh is scaled to [0, 1], which is a steeper sigmoid": lambda v: sigmoid(2 * v),
        "the logarithm of the sigmoid is given": F.logsigmoid,
        "a hard sigmoid is at the end": F.hardsigmoid,
        "1 minus the sigmoid is given": lambda v: 1 - sigmoid(v),
        "a softmax over all pixels is at the end": lambda v: v.flatten(1).softmax(1).view_as(v),
        "the output is stretched to [0, 1] by the batch's own minimum and maximum": (
            lambda v: (v - v.min()) / (v.max() - v.min())
        ),
        "the output is rounded to black and white": lambda v: sigmoid(v).round(),
        "the output is flat": lambda v: sigmoid(v).flatten(1),
        "the axis of the one grey channel is missing": lambda v: sigmoid(v).squeeze(1),
        "the channel is the last axis": lambda v: sigmoid(v).permute(0, 2, 3, 1),
        "rows and columns are exchanged": lambda v: sigmoid(v).transpose(2, 3),
    }.items():
        yield lambda z, f=end: decode(z, weights, end=f), words, shape if words in shapes else once
    stamp = "A kernel of 2 with stride 2 puts its stamps side by side, and doubles height and width."
    for strides, words in (
        ((1, 1), "both transposed convolutions have"),
        ((1, 2), "the first transposed convolution has"),
        ((2, 1), "the second transposed convolution has"),
    ):
        yield lambda z, s=strides: decode(z, weights, strides=s), f"{words} stride 1", stamp
    for strides in ((1, 4), (4, 1), (3, 3), (4, 4), (2, 4), (4, 2), (3, 2), (2, 3)):
        yield (
            lambda z, s=strides: decode(z, weights, strides=s),
            f"the strides are {strides[0]} and {strides[1]}",
            stamp,
        )
    w1, b1, w2, b2 = weights
    for pads in ((1, 1), (1, 0), (0, 1)):
        yield (
            lambda z, p=pads: sigmoid(
                F.conv_transpose2d(
                    F.conv_transpose2d(z, w1, b1, stride=2, padding=p[0]), w2, b2, stride=2, padding=p[1]
                )
            ),
            f"the padding is {pads[0]} in the first and {pads[1]} in the second layer: it cuts off the edges here",
            stamp,
        )
    for scale in ("nearest", "bilinear"):
        grown = lambda v, m=scale: F.interpolate(v, size=(28, 28), mode=m)  # noqa: E731
        for strides in ((1, 1), (1, 2), (2, 1)):
            cause = f"a stride of 2 is missing, and the image is stretched to 28x28 ({scale}) instead"
            end = lambda v, f=grown: sigmoid(f(v))  # noqa: E731
            yield lambda z, s=strides, f=end: decode(z, weights, end=f, strides=s), cause, stamp
