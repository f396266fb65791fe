"""Tasks 2.3 and 2.4: are these the encoder and the autoencoder of the source? Judged by what goes in and comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.conv_autoencoder_causes import Mistake, decode, decoder_mistakes, encode, encoder_mistakes
from lessons_pkg.checks.conv_weights import Wanted, explain, find_weights
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.model import Ask, built
from lessons_pkg.checks.values import same, shape_of

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
    ask = built(t, answer, "Encoder", explain=explain)
    x = _drawn((6, 1, 28, 28), seed)

    t.need("Encoder()(x) gives one tensor, the same each time")
    z = ask("forward", x)
    ask.expect_steady("forward", x, z)

    t.need("its weights are those of the two convolutions, biases included")
    weights = find_weights(t, list(ask.model.parameters()), ENCODER, "the encoder")
    _expect_encoding(t, ask, "forward", x, z, weights)
    t.need("every weight of the convolutions can be learned")
    ask.expect_gradients(z)


@check("2.4", "ConvAutoencoder")
def conv_autoencoder(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.4: a class with encode, decode and forward; 1,077 parameters and a sigmoid at the end."""
    ask = built(t, answer, "ConvAutoencoder", explain=explain)
    x, z = _drawn((6, 1, 28, 28), seed), _drawn((5, 4, 7, 7), seed + 1)

    t.need("encode(x) gives one tensor, the same each time")
    code = ask("encode", x)
    ask.expect_steady("encode", x, code)

    t.need("decode(z) of codes (N, 4, 7, 7) gives one tensor, the same each time")
    image = ask("decode", z)
    ask.expect_steady("decode", z, image)

    t.need("every weight is used, and can be learned")
    if not list(ask.model.parameters()):
        find_weights(t, [], ENCODER, "the model")
    ask.expect_gradients(code, image, even_zero=True)  # a softmax's is zero; its own reason comes below

    t.need("encode has the weights of the two convolutions, biases included")
    inward = find_weights(t, _used(ask.model, code), ENCODER, "encode")
    _expect_encoding(t, ask, "encode", x, code, inward)

    t.need("decode has the weights of the two transposed convolutions, biases included")
    outward = find_weights(t, _used(ask.model, image), DECODER, "decode")
    t.need("decode gives (N, 1, 28, 28): two transposed convolutions of stride 2, then a sigmoid")
    _expect(t, "decode", z, image, decode(z, outward), decoder_mistakes(_values(outward)))
    ask.expect_independent("decode", z, image)
    ask.expect_one_mode("decode", z, image)

    t.need("forward decodes what encode gives")
    ask.expect_forward(x)
    t.need("every weight is learned through forward, as in a training")
    ask.expect_gradients(ask("forward", x))

    t.need(f"{PARAMETERS:,} weights and biases in all")
    count = sum(p.numel() for p in ask.model.parameters())
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
    parameters = [p for p in model.parameters() if p.requires_grad]
    grads = torch.autograd.grad(output.square().sum(), parameters, allow_unused=True, retain_graph=True)
    return [p for p, g in zip(parameters, grads, strict=True) if g is not None]


def _expect_encoding(t: Trial, ask: Ask, method: str, x: Tensor, z: Tensor, weights: list[Tensor]) -> None:
    t.need(
        f"{'the encoder' if method == 'forward' else method} gives (N, 4, 7, 7): convolution, pool, convolution, pool"
    )
    _expect(t, method, x, z, encode(x, weights), encoder_mistakes(_values(weights)))
    ask.expect_independent(method, x, z)
    ask.expect_one_mode(method, x, z)


def _expect(t: Trial, method: str, given: Tensor, found: Tensor, right: Tensor, mistakes: Iterator[Mistake]) -> None:
    if same(found, right):
        return
    same_shape = found.shape == right.shape
    expected = f"the values of these layers with your weights, shape {shape_of(right)}"
    with torch.no_grad():
        for mistake, cause, hint in mistakes:
            if same(found, _tried(mistake, given)):
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
