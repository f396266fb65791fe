"""Scores of anomalies, mixtures and measures of a picture, against counting, closed forms and constructions."""

from __future__ import annotations

import math

import pytest
import torch
from torch import distributions

from lessons_pkg import latent, models
from lessons_pkg.models import vae


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def images(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


# --- scores ---------------------------------------------------------------------------------------------------------


def test_auroc_is_the_share_of_pairs_in_which_the_anomaly_scores_higher():
    ordinary, odd = torch.tensor([1.0, 2.0, 3.0, 3.0]), torch.tensor([0.0, 3.0, 5.0])
    pairs = [1.0 if b > a else 0.5 if b == a else 0.0 for a in ordinary.tolist() for b in odd.tolist()]
    assert latent.auroc(ordinary, odd) == pytest.approx(sum(pairs) / len(pairs))
    assert latent.auroc(odd, ordinary) == pytest.approx(1 - sum(pairs) / len(pairs))


def test_the_threshold_lets_no_more_false_alarms_through_than_it_says():
    for count in (90, 100):
        ordinary = torch.arange(float(count))
        assert latent.share_found(ordinary, ordinary) == pytest.approx(0.045, abs=0.006)
        assert latent.share_found(ordinary, torch.tensor([0.94, 0.97, 2.0, -1.0]) * count) == 0.5
        assert latent.share_found(ordinary, ordinary, false_alarms=0.5) == pytest.approx(0.5, abs=0.012)


@pytest.mark.parametrize("measure", [latent.auroc, latent.share_found])
def test_scores_that_are_none_are_refused(measure):
    for bad in (torch.tensor([]), torch.tensor([[1.0]]), torch.tensor([1.0, math.nan])):
        with pytest.raises(ValueError, match="scores"):
            measure(torch.ones(3), bad)
        with pytest.raises(ValueError, match="scores"):
            measure(bad, torch.ones(3))
    with pytest.raises(ValueError, match="share between 0 and 1"):
        latent.share_found(torch.ones(3), torch.ones(3), false_alarms=1)


def test_reconstruction_errors_are_per_image_and_their_mean_is_the_known_one():
    x = images(7)
    model = models.LinearAE(4)
    errors = latent.reconstruction_errors(model, x)
    assert errors.shape == (7,)
    with torch.no_grad():
        assert errors[3].item() == pytest.approx((model(x[3:4]) - x[3:4]).square().mean().item(), rel=1e-5)
    fitted = latent.pca(images(50, seed=1))
    for k in (0, 5):
        assert latent.reconstruction_errors(fitted, x, k).mean().item() == pytest.approx(
            latent.pca_floor(fitted, k, on=x), rel=1e-6
        )
    with pytest.raises(ValueError, match="how many scores"):
        latent.reconstruction_errors(fitted, x)
    with pytest.raises(ValueError, match="how many scores"):
        latent.reconstruction_errors(model, x, 4)


def _quiet(model: vae.VAE) -> vae.VAE:
    """With little noise in its codes, so that few samples give the mean."""
    torch.nn.init.constant_(model.z_log_var.bias, -10.0)
    return model


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_minus_elbos_are_the_divergence_less_the_mean_log_likelihood(likelihood, rng_untouched):
    x = images(6)
    model = _quiet(vae.DenseVAE(3, hidden=(8,), likelihood=likelihood))
    each = latent.minus_elbos(model, x, samples=300)
    assert each.shape == (6,)
    with torch.no_grad():
        mean, log_var = model.posterior(x)
        divergence = distributions.kl_divergence(
            distributions.Normal(mean, (0.5 * log_var).exp()), distributions.Normal(torch.zeros(()), torch.ones(()))
        ).sum(1)
        z = mean + (0.5 * log_var).exp() * normal(300, 6, 3).float()
        likely = torch.stack([model.log_likelihood(x, one) for one in z]).mean(0)
    assert torch.allclose(each, (divergence - likely).double(), rtol=1e-3)
    assert (divergence > 5e-3 * each).all()  # so that its loss would show
    # The KL term counts whole, whatever weight it had in training.
    heavy = _quiet(vae.DenseVAE(3, hidden=(8,), likelihood=likelihood, beta=10.0))
    assert torch.equal(latent.minus_elbos(heavy, x, samples=2), latent.minus_elbos(model, x, samples=2))
    with pytest.raises(ValueError, match="at least one"):
        latent.minus_elbos(model, x, samples=0)


def test_nearest_distances_are_those_of_cdist_far_from_the_origin_too():
    known, asked = normal(1200, 5), normal(700, 5, seed=1)
    expected = torch.cdist(asked, known).sort(1).values[:, :4]
    for shift in (0.0, 1e5):
        assert torch.allclose(latent.nearest_distances(known + shift, asked + shift, 4), expected, atol=1e-5)
    assert latent.nearest_distances(known, known[5:6]).item() == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="at least 3"):
        latent.nearest_distances(known[:2], asked, 3)


# --- mixtures -------------------------------------------------------------------------------------------------------


def test_a_mixture_of_one_is_the_gaussian_with_the_codes_own_moments(rng_untouched):
    codes = (normal(4000, 3) @ normal(3, 3, seed=2) * 50 + 7).float()
    fitted = latent.mixture(codes, 1)
    moments = distributions.MultivariateNormal(codes.double().mean(0), torch.cov(codes.double().T, correction=0))
    assert torch.allclose(fitted.log_density(codes), moments.log_prob(codes.double()), atol=1e-3)
    drawn = fitted.sample(40_000, seed=1)
    assert drawn.dtype == torch.float32
    assert torch.allclose(drawn.mean(0), codes.mean(0), atol=4 * codes.std().item() / 200)
    assert torch.allclose(torch.cov(drawn.T), torch.cov(codes.T), rtol=0.05, atol=0.05 * codes.var().item())
    assert torch.equal(drawn, fitted.sample(40_000, seed=1))
    assert not torch.equal(drawn, fitted.sample(40_000, seed=2))


def test_a_mixture_finds_groups_that_one_gaussian_bridges():
    centres = torch.tensor([[-10.0, 0.0], [10.0, 0.0], [0.0, 20.0]])
    codes = (centres.double().repeat(500, 1) + normal(1500, 2)).float()
    distance = {
        name: torch.cdist(points, centres).amin(1)
        for name, points in (
            ("mixture", latent.mixture(codes, 3).sample(2000)),
            ("gaussian", latent.fitted_gaussian(codes, 2000)),
        )
    }
    assert (distance["mixture"] < 5).all()
    assert (distance["gaussian"] > 5).double().mean() > 0.5
    held_out = (centres.double().repeat(200, 1) + normal(600, 2, seed=5)).float()
    three, one = (latent.mixture(codes, n).log_density(held_out).mean() for n in (3, 1))
    # In closed form: each group's own entropy, and log 3 for which group it is.
    assert three.item() == pytest.approx(-math.log(2 * math.pi) - 1 - math.log(3), abs=0.05)
    assert three > one + 1


def test_codes_that_no_mixture_fits_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        latent.mixture(normal(4, 2), 5)
    with pytest.raises(ValueError, match="all codes are the same"):
        latent.mixture(torch.ones(10, 2), 2)
    with pytest.raises(ValueError, match="at least 1"):
        latent.mixture(normal(40, 2), 2).sample(0)


# --- pictures -------------------------------------------------------------------------------------------------------


def test_a_turned_and_shrunk_picture_keeps_everything():
    points = normal(60, 2)
    labels = torch.arange(60) % 3
    turned = points @ torch.tensor([[0.0, -1.0], [1.0, 0.0]], dtype=torch.float64) * 0.1 + 5
    assert latent.trustworthiness(points, turned) == pytest.approx(1)
    agreement = latent.distance_agreement(points, turned)
    assert set(agreement) == {"all", "near", "far"}
    assert list(agreement.values()) == pytest.approx([1, 1, 1], abs=1e-4)
    centres, sizes = latent.class_centres(points, labels)
    others, shrunk = latent.class_centres(turned, labels)
    assert torch.allclose(torch.pdist(others), 0.1 * torch.pdist(centres))
    assert torch.allclose(shrunk, 0.1 * sizes)


def test_a_picture_that_has_nothing_to_do_with_the_points_keeps_nothing():
    points, picture = normal(400, 8), normal(400, 2, seed=1)
    assert latent.trustworthiness(points, picture) == pytest.approx(0.5, abs=0.05)
    assert list(latent.distance_agreement(points, picture).values()) == pytest.approx([0, 0, 0], abs=0.05)


@pytest.mark.parametrize("neighbours", [1, 4])
def test_trustworthiness_counts_how_far_down_the_order_a_false_neighbour_is(neighbours):
    points, picture = normal(25, 6), normal(25, 6)[:, :2] + 0.3 * normal(25, 2, seed=1)
    ranks, shown = (torch.cdist(x, x).argsort(1).argsort(1) for x in (points, picture))  # 0 is the point itself
    false = (shown >= 1) & (shown <= neighbours) & (ranks > neighbours)
    cost = (ranks - neighbours)[false].sum().item()
    expected = 1 - cost * 2 / (25 * neighbours * (2 * 25 - 3 * neighbours - 1))
    assert latent.trustworthiness(points, picture, neighbours=neighbours) == pytest.approx(expected)
    assert expected < 0.99


def test_near_pairs_are_those_that_are_near_in_the_space_and_not_in_the_picture():
    from scipy.stats import spearmanr

    points = normal(60, 4)
    picture = points[:, :2] + 0.5 * normal(60, 2, seed=1)
    inside, shown = (torch.cdist(x, x)[*torch.triu_indices(60, 60, 1)] for x in (points, picture))
    agreement = latent.distance_agreement(points, picture, near=0.2, far=0.3)
    for part, chosen in (("near", inside <= inside.quantile(0.2)), ("far", inside >= inside.quantile(0.7))):
        assert agreement[part] == pytest.approx(spearmanr(inside[chosen], shown[chosen]).statistic, abs=0.01)
        by_picture = shown <= shown.quantile(0.2) if part == "near" else shown >= shown.quantile(0.7)
        assert abs(agreement[part] - spearmanr(inside[by_picture], shown[by_picture]).statistic) > 0.03


def test_rank_correlation_is_scipys_and_0_where_nothing_varies():
    from scipy.stats import spearmanr

    one, other = normal(50), normal(50, seed=1)
    other[::5] = 0.0  # ties
    assert latent.rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)
    assert latent.rank_correlation(one, one.exp()) == pytest.approx(1)
    assert latent.rank_correlation(one, torch.ones(50)) == 0
    with pytest.raises(ValueError, match="same length"):
        latent.rank_correlation(one, other[:5])


def test_groups_found_are_classes_where_these_lie_apart_and_chance_where_they_do_not():
    labels = torch.arange(300) % 3
    apart = normal(300, 4) + 20 * labels[:, None]
    assert latent.groups_found(apart, labels) == pytest.approx(1)
    assert latent.groups_found(normal(300, 4), labels) == pytest.approx(0, abs=0.05)


def test_tsne_from_pca_is_one_picture_and_from_random_places_another_for_each_seed():
    points = torch.cat([normal(25, 5) + 8 * shift for shift in range(3)]).float()

    def same(init):
        one, other = (latent.tsne(points, perplexity=10, init=init, seed=seed) for seed in (0, 1))
        return latent.distance_agreement(one, other)["all"]

    assert same("pca") > 0.99 > same("random")
