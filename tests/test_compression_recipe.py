"""What the recipe counts: bits, errors and the receiver's numbers, found again by hand."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import coding, data
from lessons_pkg.experiments import compression
from lessons_pkg.models import CodecAE

DRAW = torch.Generator().manual_seed(0)


def image_set(count: int) -> data.ImageSet:
    pixels = torch.rand(count, 1, 4, 4, generator=DRAW)
    return data.ImageSet(pixels, torch.zeros(count).long(), ("one",), "noise")


def test_what_is_chosen_by_is_neither_trained_on_nor_tested_on():
    train, test = data.load("digits")
    parts = compression._parts(train, test, compression.Settings(held_out=100))
    assert torch.equal(parts["fitted"].images, train.images[:1400])
    assert torch.equal(parts["held_out"].images, train.images[1400:])
    assert parts["test"] is test


def test_a_number_that_never_changes_is_neither_sent_nor_counted():
    parts = {"fitted": image_set(500), "held_out": image_set(40), "test": image_set(60)}
    codes = {name: 2 * torch.randn(len(images), 3, generator=DRAW) for name, images in parts.items()}
    for name in codes:
        codes[name][:, 1] = 0.7  # rounds to 1 for all training images
    codes["test"][0, 1] = 5.0  # the receiver decodes the 1 that it knows
    image_of = torch.randn(3, 16, generator=DRAW)
    coder = compression._Coder(codes, lambda z: (z @ image_of).unflatten(1, (1, 4, 4)), numbers=48, numbers_per_dim=16)
    found = compression._measure(coder, parts, 1.0)

    symbols = {name: coding.quantise(z, 1.0) for name, z in codes.items()}
    table = coding.fit(symbols["fitted"][:, [0, 2]])
    assert found["used"] == 2
    assert found["numbers"] == 2 * 16 + table.numbers
    for name in ("held_out", "test"):
        bits, error = found[name]
        assert bits == pytest.approx(coding.bits(symbols[name][:, [0, 2]], table).mean().item())
        known = symbols[name].clone()
        known[:, 1] = 1
        assert error == pytest.approx(
            ((known.float() @ image_of).clamp(0, 1) - parts[name].images.flatten(1)).square().mean().item(), rel=1e-5
        )


def test_a_code_that_rounds_to_nothing_takes_no_bits():
    parts = {name: image_set(20) for name in ("fitted", "held_out", "test")}
    codes = {name: torch.full((20, 2), 0.1) for name in parts}
    coder = compression._Coder(codes, lambda z: z.sum(1).reshape(-1, 1, 1, 1).expand(-1, 1, 4, 4), 40, 16)
    found = compression._measure(coder, parts, 1.0)
    assert found["test"][0] == 0
    assert found["numbers"] == 40 - 2 * 16


def test_the_decoder_that_is_measured_is_the_one_in_half_precision():
    images = image_set(10)
    model = CodecAE(2, hidden=3, image_shape=(1, 4, 4), seed=1)
    exact = [parameter.clone() for parameter in model.encoder.parameters()]
    coder = compression._coder_of(model, {"test": images})
    assert all(torch.equal(weight, weight.half().float()) for weight in model.decoder.parameters())
    assert all(torch.equal(one, other) for one, other in zip(exact, model.encoder.parameters(), strict=True))
    assert coder.numbers == 2 * 3 + 3 + 3 * 16 + 16
    assert coder.numbers_per_dim == 3
