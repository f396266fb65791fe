"""Noise is what its name says, comes from its seed alone, and spoils no image in place."""

from __future__ import annotations

import math

import pytest
import torch

from lessons_pkg import noise
from lessons_pkg.noise import KINDS, expectation, gaussian, masking, psnr, salt_and_pepper

GREY = torch.full((40, 1, 50, 50), 0.4)  # 100,000 pixels


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_noise_and_nothing_global_is_touched(kind, rng_untouched):
    first, again, other = (KINDS[kind](GREY, 0.5, seed) for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("kind", KINDS)
def test_a_generator_goes_on_from_where_it_is(kind):
    draw = torch.Generator().manual_seed(3)
    first, second = KINDS[kind](GREY, 0.5, draw), KINDS[kind](GREY, 0.5, draw)
    assert torch.equal(first, KINDS[kind](GREY, 0.5, 3))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("kind", KINDS)
def test_the_images_themselves_stay_as_they_are(kind):
    images = GREY.clone()
    noisy = KINDS[kind](images, 0.5, 0)
    assert torch.equal(images, GREY)
    assert (noisy.shape, noisy.dtype) == (GREY.shape, GREY.dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_no_strength_is_no_noise(kind):
    assert torch.equal(KINDS[kind](GREY, 0.0, 0), GREY)


@pytest.mark.parametrize("kind", KINDS)
def test_every_image_can_have_a_strength_of_its_own(kind):
    strengths = torch.linspace(0, 1, 40).reshape(-1, 1, 1, 1)
    spoiled = (KINDS[kind](GREY, strengths, 0) - GREY).abs().flatten(1).mean(1)
    assert spoiled[0] == 0
    assert (spoiled[[10, 20, 39]].diff() > 0.05).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_the_mean_of_a_noisy_pixel_is_the_expected_one(kind, value):
    scale, shift = expectation(kind, 0.3)
    noisy = KINDS[kind](torch.full_like(GREY, value), 0.3, 0)
    assert noisy.mean().item() == pytest.approx(scale * value + shift, abs=0.006)


def test_gaussian_noise_has_its_standard_deviation_and_is_not_clipped():
    noisy = gaussian(GREY, 0.5, 0)
    assert (noisy - GREY).std().item() == pytest.approx(0.5, rel=0.02)
    assert noisy.min() < -0.5
    assert noisy.max() > 1.5


def test_salt_and_pepper_are_equally_frequent_and_nothing_else_changes():
    noisy = salt_and_pepper(GREY, 0.3, 0)
    assert (noisy == 0).float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert (noisy == 1).float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert (noisy == 0.4).float().mean().item() == pytest.approx(0.7, abs=0.01)


def test_masking_sets_its_share_to_zero_and_nothing_else():
    noisy = masking(GREY, 0.3, 0)
    assert (noisy == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert ((noisy == 0) | (noisy == 0.4)).all()
    assert (masking(GREY, 1.0, 0) == 0).all()


@pytest.mark.parametrize(("kind", "strength"), [("Gaussian", -0.1), ("masking", 1.1), ("salt and pepper", -0.1)])
def test_an_impossible_strength_is_refused(kind, strength):
    with pytest.raises(ValueError, match=r"sigma=|share="):
        KINDS[kind](GREY, strength, 0)


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="masking"):
        expectation("snow", 0.5)


def test_psnr_is_that_of_the_error_of_all_images_together():
    originals = torch.zeros(3, 1, 4, 4)
    answers = torch.stack([torch.full((1, 4, 4), error) for error in (0.1, 0.5, 1.0)])
    assert psnr(answers[:1], originals[:1]) == pytest.approx(20.0, abs=1e-5)
    assert psnr(answers, originals) == pytest.approx(-10 * math.log10(1.26 / 3), abs=1e-5)
    assert psnr(originals, originals) == math.inf
    one_untouched = torch.stack([originals[0], answers[0]])
    assert psnr(one_untouched, originals[:2]) == pytest.approx(20 + 10 * math.log10(2), abs=1e-5)
    with pytest.raises(ValueError, match="differ in shape"):
        psnr(answers, originals[:2])


def test_all_kinds_are_public():
    assert {function.__name__ for function in KINDS.values()} <= set(noise.__all__)
