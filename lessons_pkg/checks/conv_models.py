"""Tasks 2.3 and 2.4: are these the encoder and the autoencoder of the source? Judged by what goes in and comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.conv_layers import (
    Wanted,
    asked,
    built,
    expect_gradients,
    expect_independent,
    expect_steady,
    find_weights,
)
from lessons_pkg.checks.conv_variants import ACTIVATIONS, Mistake, decode, decoder_mistakes, encode, encoder_mistakes
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import shape_of

__all__ = ["conv_autoencoder", "conv_encoder"]

ENCODER: list[Wanted] = [("first convolution", (16, 1, 3, 3)), ("second convolution", (4, 16, 3, 3))]
DECODER: list[Wanted] = [
    ("first transposed convolution", (4, 16, 2, 2)),
    ("second transposed convolution", (16, 1, 2, 2)),
]
PARAMETERS = 1077


@check("2.3", "Encoder")
def conv_encoder(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.3: a class whose call gives (N, 4, 7, 7): convolution, pool, convolution, pool, and no activation."""
    model = built(t, answer, "Encoder")
    x = _drawn((6, 1, 28, 28), seed)

    t.need("Encoder()(x) gives one tensor, the same each time")
    z = asked(t, model, "forward", x)
    expect_steady(t, model, "forward", x, z)

    t.need("its weights are those of the two convolutions, biases included")
    weights = find_weights(t, list(model.parameters()), ENCODER, "the encoder")
    _expect_encoding(t, model, "forward", x, z, weights)
    t.need("every weight of the convolutions can be learned")
    expect_gradients(t, list(model.parameters()), z, "the encoder")


@check("2.4", "ConvAutoencoder")
def conv_autoencoder(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.4: a class with encode, decode and forward; 1,077 parameters and a sigmoid at the end."""
    model = built(t, answer, "ConvAutoencoder")
    x, z = _drawn((6, 1, 28, 28), seed), _drawn((5, 4, 7, 7), seed + 1)

    t.need("encode(x) gives one tensor, the same each time")
    code = asked(t, model, "encode", x)
    expect_steady(t, model, "encode", x, code)

    t.need("decode(z) of codes (N, 4, 7, 7) gives one tensor, the same each time")
    image = asked(t, model, "decode", z)
    expect_steady(t, model, "decode", z, image)

    t.need("every weight is used, and can be learned")
    _expect_all_used(t, model, code, image)

    t.need("encode has the weights of the two convolutions, biases included")
    inward = find_weights(t, _used(model, code), ENCODER, "encode")
    _expect_encoding(t, model, "encode", x, code, inward)

    t.need("decode has the weights of the two transposed convolutions, biases included")
    outward = find_weights(t, _used(model, image), DECODER, "decode")
    t.need("decode gives (N, 1, 28, 28): two transposed convolutions of stride 2, then a sigmoid")
    _expect(t, "decode", z, image, decode(z, outward), decoder_mistakes(_values(outward)))
    expect_independent(t, model, "decode", z, image)

    t.need("forward decodes what encode gives")
    _expect_forward(t, model, x)

    t.need(f"{PARAMETERS:,} weights and biases in all")
    count = sum(p.numel() for p in model.parameters())
    if count != PARAMETERS:
        hint = "Are encoder and decoder layers of their own, none of them used in both?"
        t.fail(expected=f"{PARAMETERS:,} numbers in model.parameters()", found=f"{count:,}", hint=hint)


def _drawn(shape: tuple[int, ...], seed: int) -> Tensor:
    # Of both signs and large: where an activation bends, it is seen.
    return 3 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _values(weights: list[Tensor]) -> list[Tensor]:
    return [weight.detach() for weight in weights]


def _used(model: nn.Module, output: Tensor) -> list[Tensor]:
    """The parameters that this output depends on."""
    if not output.requires_grad:
        return []
    parameters = [p for p in model.parameters() if p.requires_grad]
    grads = torch.autograd.grad(output.square().sum(), parameters, allow_unused=True, retain_graph=True)
    return [p for p, g in zip(parameters, grads, strict=True) if g is not None]


def _expect_all_used(t: Trial, model: nn.Module, code: Tensor, image: Tensor) -> None:
    parameters = list(model.parameters())
    if not parameters:
        find_weights(t, parameters, ENCODER, "the model")
    for output, name in ((code, "encode"), (image, "decode")):
        if not output.requires_grad:
            expect_gradients(t, parameters, output, name)
    used = {id(p) for p in (*_used(model, code), *_used(model, image))}
    idle = [shape_of(p) for p in parameters if id(p) not in used]
    if idle:
        t.fail(
            expected="each weight in model.parameters() takes part in encode or in decode, with a gradient",
            found=f"no gradient reaches the weights of shape {', '.join(idle)}",
            hint="A layer that is never called? Or one that is cut off by detach(), no_grad() or requires_grad=False?",
        )


def _expect_encoding(t: Trial, model: nn.Module, method: str, x: Tensor, z: Tensor, weights: list[Tensor]) -> None:
    t.need(
        f"{'the encoder' if method == 'forward' else method} gives (N, 4, 7, 7): convolution, pool, convolution, pool"
    )
    _expect(t, method, x, z, encode(x, weights), encoder_mistakes(_values(weights)))
    expect_independent(t, model, method, x, z)


def _expect(t: Trial, method: str, given: Tensor, found: Tensor, right: Tensor, mistakes: Iterator[Mistake]) -> None:
    if _same(found, right):
        return
    same_shape = found.shape == right.shape
    expected = f"the values of these layers with your weights, shape {shape_of(right)}"
    with torch.no_grad():
        for mistake, cause, hint in mistakes:
            if _same(found, _tried(mistake, given)):
                t.fail(expected=expected, found=cause if same_shape else f"shape {shape_of(found)}: {cause}", hint=hint)
    if not same_shape:
        t.fail(
            expected=expected,
            found=f"{method} returned shape {shape_of(found)}",
            hint="Print x.shape after every layer, and hold it against the table of the task.",
        )
    if found.min() >= 0 and right.min() < 0:
        found_words = "other values, and none of them negative: is there an activation?"
    elif torch.isclose(found, right, atol=1e-5).float().mean() > 0.2:
        found_words = "some values are right and others are not: is something cut off, or different at the border?"
    else:
        found_words = "other values than these layers give in this order, with your own weights"
    t.fail(
        expected=expected,
        found=found_words,
        hint="What happens to x besides the layers of the task, and in which order do they come?",
    )


def _tried(mistake: Callable[[Tensor], Tensor], given: Tensor) -> Tensor:
    try:
        return mistake(given)
    except RuntimeError:  # some departures do not fit together
        return torch.empty(0)


def _same(found: Tensor, other: Tensor) -> bool:
    return found.shape == other.shape and torch.allclose(found, other, atol=1e-5, rtol=1e-4)


def _expect_forward(t: Trial, model: nn.Module, x: Tensor) -> None:
    out = asked(t, model, "forward", x)
    code = asked(t, model, "encode", x)
    right = asked(t, model, "decode", code)
    if _same(out, right):
        return
    hint = "Let forward call encode and then decode, and do nothing else."
    found = "forward(x) is not decode(encode(x))"
    if not torch.equal(out, asked(t, model, "forward", x)):
        found = "two calls of forward with the same images differ: there is noise or dropout in it"
    elif out.numel() == code.numel() and _same(out.flatten(), code.flatten()):
        found = "forward returns the code: the decoder is ignored"
    elif torch.equal(out, x):
        found = "forward gives its input back"
    elif out.shape != right.shape:
        found = f"forward returned shape {shape_of(out)}"
    for name, f in ACTIVATIONS.items():
        if _same(out, f(right)):
            found = f"forward has an activation after decode: a {name}"
            found += ", so the sigmoid is applied twice" if name == "sigmoid" else ""
            break
        if _same(out, asked(t, model, "decode", f(code))):
            found = f"forward has an activation between encode and decode: a {name}"
            break
    t.fail(expected=f"decode(encode(x)), shape {shape_of(right)}", found=found, hint=hint)
