"""The methods before autoencoders: each against an oracle, a formula, or a slower way to say the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lessons_pkg import data, denoisers, latent
from lessons_pkg.denoisers import LinearDenoiser, PairMoments, chosen, median, non_local_means, total_variation
from lessons_pkg.noise import KINDS, gaussian, psnr, salt_and_pepper


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


@pytest.fixture(scope="module")
def noisy(digits):
    return gaussian(digits[1].images[:3], 0.4, 0)


def test_the_candidate_with_the_highest_psnr_is_chosen():
    originals = torch.rand(4, 1, 5, 5, generator=torch.Generator().manual_seed(0))
    assert chosen(lambda x, factor: x * factor, [0.5, 2.0, 3.0], originals / 2, originals) == 2.0
    assert chosen(lambda x, _: x, ["first", "second"], originals, originals * 0.9) == "first"
    with pytest.raises(ValueError, match="empty"):
        chosen(lambda x, _: x, [], originals, originals)


def test_answers_are_cut_to_the_unit_interval_before_they_are_compared():
    originals = torch.ones(2, 1, 4, 4)
    assert chosen(lambda x, factor: x * factor, [0.9, 5.0], originals, originals) == 5.0


def test_the_median_takes_out_a_single_pixel_and_each_image_stays_by_itself():
    images = torch.stack([torch.zeros(1, 9, 9), torch.ones(1, 9, 9)])
    images[0, 0, 4, 4] = 1.0
    assert torch.equal(median(images, 3), torch.stack([torch.zeros(1, 9, 9), torch.ones(1, 9, 9)]))
    assert torch.equal(median(images, 1), images)


def test_the_median_of_extremes_leaves_every_other_pixel_alone(digits):
    spoiled = salt_and_pepper(digits[1].images[:20] * 0.8 + 0.1, 0.2, 0)  # no original is 0 or 1
    filtered = median(spoiled, 3, extremes_only=True)
    sound = (spoiled > 0) & (spoiled < 1)
    assert torch.equal(filtered[sound], spoiled[sound])
    assert torch.equal(filtered[~sound], median(spoiled, 3)[~sound])


def test_the_gradient_and_the_divergence_are_adjoint_up_to_the_sign():
    draw = torch.Generator().manual_seed(0)
    u, field = torch.randn(1, 1, 6, 5, generator=draw), torch.randn(2, 1, 1, 6, 5, generator=draw)
    field[0, ..., -1, :] = field[1, ..., -1] = 0  # where there is no difference there is no field
    down, right = u.diff(dim=-2), u.diff(dim=-1)
    along = (down * field[0, ..., :-1, :]).sum() + (right * field[1, ..., :-1]).sum()
    assert along.item() == pytest.approx(-(u * denoisers._divergence(field)).sum().item(), rel=1e-5)


def test_total_variation_ends_where_its_sum_cannot_be_lowered(noisy):
    def objective(u):
        down, right = u.diff(dim=-2)[..., :-1], u.diff(dim=-1)[..., :-1, :]
        inner = (down.square() + right.square()).sqrt().sum()
        edge = u[..., -1].diff(dim=-1).abs().sum() + u[..., -1, :].diff(dim=-1).abs().sum()
        return ((u - noisy).square().sum() / 2 + 0.3 * (inner + edge)).item()

    best = total_variation(noisy, 0.3, steps=2000)
    draw = torch.Generator().manual_seed(0)
    for direction in (noisy - best, best - best.mean(), torch.randn(noisy.shape, generator=draw)):
        for step in (0.02, -0.02):
            assert objective(best + step * direction) > objective(best)
    assert best.mean().item() == pytest.approx(noisy.mean().item(), abs=1e-5)  # the mean stays


def test_total_variation_is_that_of_scikit_image(noisy):
    restoration = pytest.importorskip(
        "skimage.restoration", reason="needs the extra 'classics': make test EXTRAS=classics"
    )
    for image, mended in zip(noisy, total_variation(noisy, 0.3, steps=400), strict=True):
        oracle = restoration.denoise_tv_chambolle(image[0].double().numpy(), weight=0.3, eps=0, max_num_iter=400)
        assert np.abs(mended[0].numpy() - oracle).max() < 2e-3


def test_non_local_means_is_what_its_formula_says(noisy):
    """Pixel by pixel, patch by patch, as the paper writes it."""
    h, sigma, patch, reach = 0.3, 0.1, 3, 2
    found = non_local_means(noisy, h, sigma=sigma, patch=patch, reach=reach)
    image = np.pad(noisy[1, 0].numpy(), 3, mode="reflect")
    for row, column in ((0, 0), (13, 14), (27, 5)):
        weights, values = [], []
        here = image[row + 2 : row + 5, column + 2 : column + 5]
        for down in range(-2, 3):
            for right in range(-2, 3):
                there = image[row + 2 + down : row + 5 + down, column + 2 + right : column + 5 + right]
                weights.append(np.exp(-max(np.mean((here - there) ** 2) - 2 * sigma**2, 0) / h**2))
                values.append(there[1, 1])
        assert found[1, 0, row, column].item() == pytest.approx(np.average(values, weights=weights), abs=1e-5)


def test_non_local_means_is_near_scikit_image(noisy):
    """Theirs gives nothing to patches with a weight below exp(-5) and treats the edge otherwise: few, for a large h."""
    restoration = pytest.importorskip(
        "skimage.restoration", reason="needs the extra 'classics': make test EXTRAS=classics"
    )
    for image, mended in zip(noisy, non_local_means(noisy, 2.0), strict=True):
        oracle = restoration.denoise_nl_means(image[0].numpy(), patch_size=5, patch_distance=5, h=2.0)
        inner = (slice(8, -8), slice(8, -8))
        assert np.abs(mended[0].numpy() - oracle)[inner].max() < 0.03


def test_methods_take_many_images_as_they_take_one(noisy):
    many = noisy.repeat(20, 1, 1, 1)
    for method in (lambda x: median(x, 3), lambda x: total_variation(x, 0.3), lambda x: non_local_means(x, 0.3)):
        assert torch.allclose(method(many)[-3:], method(noisy), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_expected_moments_are_those_of_many_pairs(kind, digits):
    train = digits[0].images
    expected = PairMoments.expected(kind, 0.3, *latent.moments(train))
    many = train.repeat(20, 1, 1, 1)[..., ::2, ::2]
    sampled = PairMoments.of(KINDS[kind](many, 0.3, 0), many)
    kept = torch.arange(784).reshape(28, 28)[::2, ::2].flatten()
    for name, limit in (("noisy_mean", 0.01), ("original_mean", 1e-5)):
        assert torch.allclose(getattr(sampled, name), getattr(expected, name)[kept].double(), atol=limit)
    for name in ("noisy", "cross"):
        assert torch.allclose(getattr(sampled, name), getattr(expected, name)[kept][:, kept], atol=0.01)


def test_expected_moments_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="snow"):
        PairMoments.expected("snow", 0.3, torch.zeros(4), torch.eye(4))


def test_the_linear_denoiser_is_least_squares_on_its_pairs(digits):
    originals = digits[0].images[..., ::2, ::2]
    noisy = gaussian(originals, 0.3, 0)
    found = LinearDenoiser.fitted(PairMoments.of(noisy, originals))(noisy)
    rows = torch.cat([noisy.flatten(1), torch.ones(len(noisy), 1)], dim=1).double()
    oracle = rows @ torch.linalg.lstsq(rows, originals.flatten(1).double()).solution
    assert torch.allclose(found.flatten(1), oracle.float(), atol=1e-4)


def test_without_noise_the_linear_denoiser_changes_nothing(digits):
    mean, covariance = latent.moments(digits[0])
    none = LinearDenoiser.fitted(PairMoments.expected("Gaussian", 0.0, mean, covariance), ridge=1e-8)
    images = digits[0].images[:20]
    assert torch.allclose(none(images), images, atol=1e-3)


def test_much_ridge_leaves_the_mean_of_the_originals(digits):
    mean, covariance = latent.moments(digits[0])
    fitted = LinearDenoiser.fitted(PairMoments.expected("masking", 0.5, mean, covariance), ridge=1e9)
    assert torch.allclose(fitted(digits[1].images[:2]).flatten(1), mean.float().expand(2, -1), atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_the_linear_denoiser_improves_images_that_it_has_not_seen(kind, digits):
    fitted = LinearDenoiser.fitted(PairMoments.expected(kind, 0.5, *latent.moments(digits[0])), ridge=1e-3)
    originals = digits[1].images
    noisy = KINDS[kind](originals, 0.5, 0)
    before, after = (psnr(x.clamp(0, 1), originals) for x in (noisy, fitted(noisy)))
    assert after > before + 1
