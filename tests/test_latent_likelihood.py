"""How probable an image is, against Gaussian models whose likelihood is known, and which dimensions are used."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA as SklearnPCA
from torch import distributions as D
from torch import nn

from lessons_pkg import latent
from lessons_pkg.latent.likelihood import (
    NLL,
    ProbabilisticPCA,
    active_units,
    importance_weighted_loss,
    kl_per_dimension,
    log_weights,
    nll,
    probabilistic_pca,
    sampled_codes,
)
from lessons_pkg.models import VAE, DenseVAE, LinearAE, LinearVAE


@pytest.fixture(autouse=True)
def _seeded():
    """The noise of every test here is the same at each run."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        yield


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def some_images(count: int = 60, rank: int = 16) -> torch.Tensor:
    """4x4 images with another variance in every direction, the mean not zero."""
    spread = torch.linspace(2, 0.3, rank).double()
    directions = torch.linalg.qr(draw(16, 16, seed=1))[0][:rank]
    return ((draw(count, rank) * spread) @ directions + draw(16, seed=2)).reshape(count, 1, 4, 4)


def as_vae(model: ProbabilisticPCA, *, perturbed: float = 0.0) -> LinearVAE:
    """The linear VAE with the same p(x|z), so with the same p(x), and the exact posterior; or one that is off."""
    pixels, k = model.weights.shape
    inner = model.weights.T @ model.weights + model.variance * torch.eye(k).double()
    assert torch.allclose(inner, inner.diagonal().diag(), atol=1e-9)  # else q(z|x) could not be exact
    to_code = torch.linalg.solve(inner, model.weights.T)
    vae = LinearVAE(k, image_size=math.isqrt(pixels), variance=model.variance).double()
    with torch.no_grad():
        vae.log_variance.fill_(math.log(model.variance))
        vae.decoder.weight.copy_(model.weights)
        vae.decoder.bias.copy_(model.mean)
        vae.z_mean.weight.copy_(to_code + perturbed * 0.2 * draw(k, pixels, seed=5) / math.sqrt(pixels))
        vae.z_mean.bias.copy_(-to_code @ model.mean + perturbed * 0.2 * draw(k, seed=6))
        vae.z_log_var.copy_((model.variance / inner.diagonal()).log() + perturbed * 0.5)
    return vae


@pytest.fixture
def known():
    """Probabilistic PCA of some images, and the images."""
    images = some_images()
    return probabilistic_pca(latent.pca(images), 3), images


# --- probabilistic PCA ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variance", [None, 0.2, 1.5])
def test_the_likelihood_of_probabilistic_pca_is_that_of_its_gaussian(variance):
    images = some_images()
    model = probabilistic_pca(latent.pca(images), 3, variance=variance)
    covariance = model.weights @ model.weights.T + model.variance * torch.eye(16).double()
    other = 3 * draw(20, 1, 4, 4, seed=8)
    for x in (images, other):
        expected = D.MultivariateNormal(model.mean, covariance).log_prob(x.flatten(1))
        assert torch.allclose(model.log_likelihood(x), expected, rtol=1e-10)
    assert torch.allclose(model.log_likelihood(other.float()).float(), expected.float(), rtol=1e-5)


@pytest.mark.parametrize("k", [1, 3, 15])
def test_probabilistic_pca_is_that_of_scikit_learn(k):
    images = some_images()
    flat = images.flatten(1).numpy()
    theirs = SklearnPCA(k, svd_solver="full").fit(flat)
    theirs.explained_variance_ *= 59 / 60  # theirs are divided by N - 1, the maximum of the likelihood by N
    theirs.noise_variance_ *= 59 / 60
    model = probabilistic_pca(latent.pca(images), k)
    assert model.variance == pytest.approx(theirs.noise_variance_)
    assert np.allclose(model.eigenvalues, theirs.explained_variance_)
    assert np.allclose(model.log_likelihood(images), theirs.score_samples(flat))
    assert model.log_likelihood(images).mean().item() == pytest.approx(theirs.score(flat))


def test_no_other_weights_mean_or_variance_make_the_images_more_probable(known):
    model, images = known
    best = model.log_likelihood(images).mean()
    for seed in range(5):
        for size in (0.01, -0.01):
            others = (
                ProbabilisticPCA(model.weights + size * draw(16, 3, seed=seed), model.mean, model.variance, None),
                ProbabilisticPCA(model.weights, model.mean + size * draw(16, seed=seed), model.variance, None),
                ProbabilisticPCA(model.weights, model.mean, model.variance * math.exp(size), None),
            )
            assert all(other.log_likelihood(images).mean() < best for other in others)


def test_a_given_variance_switches_off_the_directions_below_it():
    fitted = latent.pca(some_images())
    between = (fitted.eigenvalues[1] + fitted.eigenvalues[2]).item() / 2
    model = probabilistic_pca(fitted, 4, variance=between)
    lengths = model.weights.square().sum(0)
    assert torch.allclose(lengths[:2], fitted.eigenvalues[:2] - between)
    assert (lengths[:2] > 0).all()
    assert (lengths[2:] == 0).all()
    assert model.variance == between
    # The columns point along the principal directions.
    assert torch.allclose(model.weights[:, :2], fitted.components[:, :2] * lengths[:2].sqrt())


def test_what_is_no_probabilistic_pca_is_refused():
    fitted = latent.pca(some_images())
    for k in (0, 16):
        with pytest.raises(ValueError, match=f"k={k}: from 1 to 15"):
            probabilistic_pca(fitted, k)
    for variance in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match=f"variance={variance}: a variance is more than 0"):
            probabilistic_pca(fitted, 3, variance=variance)
    flat = latent.pca(some_images(rank=5))
    assert probabilistic_pca(flat, 4).variance > 0
    for k in (5, 6):  # the eigenvalues that are left are rounding errors, not zeros
        with pytest.raises(ValueError, match=f"k={k} leaves no noise"):
            probabilistic_pca(flat, k)
    assert probabilistic_pca(flat, 6, variance=0.1).variance == 0.1


def test_the_likelihood_takes_image_sets(digits):
    part = digits[0][:40]
    model = probabilistic_pca(latent.pca(part), 5)
    assert torch.equal(model.log_likelihood(part), model.log_likelihood(part.images))


# --- importance sampling --------------------------------------------------------------------------------------------


def test_log_weights_are_those_of_torch_distributions(known):
    model, images = known
    vae, x = as_vae(model, perturbed=1.0), images[:7]
    noise = draw(5, 7, 3, seed=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn_like", lambda like: noise)
        weights = log_weights(vae, x, 5)
    assert weights.shape == (5, 7)
    mean, log_var = vae.posterior(x)
    q, prior = D.Normal(mean, (log_var / 2).exp()), D.Normal(0.0, 1.0)
    for s in range(5):
        z = mean + q.stddev * noise[s]
        pixels = D.Normal(vae.decoder_output(z), math.sqrt(model.variance)).log_prob(x).sum((1, 2, 3))
        assert torch.allclose(weights[s], pixels + prior.log_prob(z).sum(1) - q.log_prob(z).sum(1))


def test_log_weights_of_a_bernoulli_model_meet_each_image_with_its_own_codes():
    vae = DenseVAE(3, hidden=(8,), image_size=4).double()
    x = torch.rand(4, 1, 4, 4, generator=torch.Generator().manual_seed(0)).double()
    noise = draw(6, 4, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn_like", lambda like: noise)
        together = log_weights(vae, x, 6)
        patch.setattr(torch, "randn_like", lambda like: noise[:, 2:3])
        alone = log_weights(vae, x[2:3], 6)
    assert torch.allclose(together[:, 2:3], alone)
    assert len(together.unique()) == 24


def test_every_weight_is_p_of_x_where_the_posterior_is_exact(known):
    model, images = known
    weights = log_weights(as_vae(model), images, 4)
    assert torch.allclose(weights, model.log_likelihood(images).expand(4, -1), rtol=1e-9)


def test_nll_is_the_closed_form_of_probabilistic_pca_within_its_standard_error(known):
    model, images = known
    exact = -model.log_likelihood(images)
    vae = as_vae(model, perturbed=1.0)
    found = nll(vae, images, samples=4000)
    assert isinstance(found, NLL)
    assert found.samples == 4000
    assert found.per_image.shape == found.noise.shape == exact.shape
    assert 1e-4 < found.standard_error < 0.01
    assert abs(found.mean - exact.mean().item()) < 4 * found.standard_error
    assert ((found.per_image - exact).abs() < 5 * found.noise).all()
    elbo = torch.stack([vae.loss(images.repeat(50, 1, 1, 1)) for _ in range(20)]).mean()
    assert elbo - exact.mean() > 0.2  # far from the bound, so importance sampling had something to do


def test_the_standard_error_is_the_spread_over_seeds(known):
    model, images = known
    runs = [nll(as_vae(model, perturbed=1.0), images, samples=500, seed=seed) for seed in range(60)]
    spread = torch.tensor([run.mean for run in runs]).std().item()
    claimed = sum(run.standard_error for run in runs) / len(runs)
    assert claimed == pytest.approx(spread, rel=0.3)  # the spread of 60 is known within 9 per cent
    of_one = torch.stack([run.per_image for run in runs]).std(0)
    assert of_one.mean().item() == pytest.approx(runs[0].noise.mean().item(), rel=0.2)


def test_the_noise_of_the_estimate_is_zero_where_the_posterior_is_exact(known):
    model, images = known
    found = nll(as_vae(model), images, samples=10)
    assert found.standard_error < 1e-9
    assert torch.allclose(found.per_image, -model.log_likelihood(images), rtol=1e-9)


def test_more_samples_give_a_lower_estimate_never_below_the_truth(known):
    model, images = known
    vae, exact = as_vae(model, perturbed=2.0), -model.log_likelihood(images).mean().item()
    runs = {k: [nll(vae, images, samples=k, seed=seed).mean for seed in range(40)] for k in (2, 8, 64)}
    means = [float(np.mean(runs[k])) for k in (2, 8, 64)]
    noise = [float(np.std(runs[k])) / math.sqrt(40) for k in (2, 8, 64)]
    assert means[0] - means[1] > 4 * math.hypot(*noise[:2])
    assert means[1] - means[2] > 4 * math.hypot(*noise[1:])
    assert means[2] > exact - 4 * noise[2]


@pytest.mark.parametrize("decoded_at_once", [1, 70, 700, 20_000])
def test_the_size_of_the_batches_changes_nothing_but_the_noise(known, decoded_at_once):
    model, images = known
    images = images[:7]
    exactly = nll(as_vae(model), images, samples=30, decoded_at_once=decoded_at_once)
    assert torch.allclose(exactly.per_image, -model.log_likelihood(images), rtol=1e-9)
    vae, sizes = as_vae(model, perturbed=1.0), []
    decode = vae.decoder_output
    vae.decoder_output = lambda z: sizes.append(len(z)) or decode(z)
    found = nll(vae, images, samples=300, decoded_at_once=decoded_at_once)
    assert max(sizes) <= decoded_at_once
    assert sum(sizes) == 300 * 7  # no sample is left out, none is drawn twice
    assert ((found.per_image + model.log_likelihood(images)).abs() < 5 * found.noise).all()
    assert len(found.per_image) == 7


def test_one_sample_is_not_enough_to_know_the_noise(known):
    model, images = known
    with pytest.raises(ValueError, match="samples=1: at least 2"):
        nll(as_vae(model), images, samples=1)
    with pytest.raises(ValueError, match="the selection is empty"):
        nll(as_vae(model), images[:0], samples=2)


def test_nll_takes_image_sets_and_the_same_seed_gives_the_same_numbers(digits):
    part = digits[1][:5]
    vae = DenseVAE(2, hidden=(8,))
    one, same, other = (nll(vae, part, samples=20, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.per_image, same.per_image)
    assert not torch.equal(one.per_image, other.per_image)
    assert one.per_image.dtype == torch.float64
    assert not one.per_image.requires_grad


def test_nll_by_quadrature_of_a_bernoulli_model_with_one_dimension():
    """A decoder that is not linear: p(x) by summing over a fine grid of z."""
    vae = DenseVAE(1, hidden=(6,), image_size=4, seed=2).double()
    with torch.no_grad():
        for parameter in vae.decoder.parameters():
            parameter *= 3
    x = torch.bernoulli(torch.full((5, 1, 4, 4), 0.5)).double()
    z = torch.linspace(-9, 9, 4001).double()[:, None]
    density = D.Normal(0.0, 1.0).log_prob(z[:, 0])
    exact = torch.stack([-(vae.log_likelihood(image[None], z) + density).logsumexp(0) for image in x])
    exact -= math.log(18 / 4000)
    found = nll(vae, x, samples=5000)
    assert ((found.per_image - exact).abs() < 5 * found.noise).all()
    assert found.noise.max() < 0.05


# --- the importance-weighted bound as a loss ------------------------------------------------------------------------


def mean_of(loss, times: int = 400) -> tuple[float, float]:
    values = torch.stack([loss().detach() for _ in range(times)])
    return values.mean().item(), values.std().item() / math.sqrt(times)


def test_with_one_sample_the_bound_is_the_elbo(known):
    model, images = known
    vae = as_vae(model, perturbed=1.0)
    elbo, noise = mean_of(lambda: vae.loss(images))
    bound, other_noise = mean_of(lambda: importance_weighted_loss(vae, images, samples=1))
    assert importance_weighted_loss(vae, images, samples=1).shape == ()
    assert abs(elbo - bound) < 4 * math.hypot(noise, other_noise) < 0.2


def test_with_more_samples_the_bound_is_tighter_and_never_below_the_truth(known):
    model, images = known
    vae, exact = as_vae(model, perturbed=1.0), -model.log_likelihood(images).mean().item()
    found = [mean_of(lambda k=k: importance_weighted_loss(vae, images, samples=k), 100) for k in (1, 5, 50)]
    for (wide, noise), (tight, other_noise) in pairwise(found):
        assert wide - tight > 4 * math.hypot(noise, other_noise)
    assert found[-1][0] > exact
    assert found[-1][0] - exact < 0.1 * (found[0][0] - exact)


def test_the_bound_can_be_trained_on(known):
    model, images = known
    exact = -model.log_likelihood(images).mean().item()  # no linear VAE is better than this
    vae = as_vae(model, perturbed=1.0)
    vae.decoder.bias.data += 0.5 * draw(16, seed=7)
    vae.log_variance.requires_grad_()
    before = nll(vae, images, samples=500).mean
    optimizer = torch.optim.Adam(vae.parameters(), lr=0.02)
    for _ in range(200):
        loss = importance_weighted_loss(vae, images, samples=5)
        optimizer.zero_grad()
        loss.backward()
        assert all(parameter.grad.abs().max() > 0 for parameter in vae.parameters())
        optimizer.step()
    after = nll(vae, images, samples=500).mean
    assert before - exact > 2
    assert -0.01 < after - exact < 0.1


# --- which dimensions are used --------------------------------------------------------------------------------------


class Table(VAE):
    """q(z|x) is read off the image: its first row holds the means, its second the log variances."""

    def __init__(self):
        super().__init__(likelihood="gaussian", variance=1.0, beta=1.0)
        self.dropout = nn.Dropout(0.9)

    def posterior(self, x):
        x = self.dropout(x)
        return x[:, 0, 0], x[:, 0, 1]

    def decoder_output(self, z):
        return torch.zeros(len(z), 1, 2, z.shape[1])


def table_images(means, log_variances) -> torch.Tensor:
    return torch.stack([torch.as_tensor(means).float(), torch.as_tensor(log_variances).float()], 1)[:, None]


def test_kl_per_dimension_is_the_mean_over_all_images_of_each():
    mean, log_var = draw(2503, 4) * torch.tensor([0.0, 1, 2, 3]), draw(2503, 4, seed=1)
    model, images = Table(), table_images(mean, log_var)
    found = kl_per_dimension(model, images)
    expected = D.kl_divergence(D.Normal(mean, (log_var / 2).exp()), D.Normal(0.0, 1.0)).mean(0)
    assert found.shape == (4,)
    assert torch.allclose(found, expected, rtol=1e-5)
    assert model.training  # and its dropout did nothing


def test_a_dimension_is_active_if_its_mean_varies_and_however_noisy_or_shifted_it_is():
    spread = torch.tensor([0.0, 0.09, 0.11, 2.0]).double()  # standard deviations: 0.01 is the square of 0.1
    unit = torch.linspace(-1, 1, 2503).double()[:, None]
    unit = unit / unit.std(0)
    means = unit * spread + torch.tensor([5.0, -5.0, 0.0, 100.0]).double()
    log_var = torch.tensor([3.0, 0.0, 3.0, -9.0]).expand(2503, 4)
    model, images = Table(), table_images(means, log_var)
    assert active_units(model, images).tolist() == [False, False, True, True]
    assert active_units(model, images, threshold=0.008).tolist() == [False, True, True, True]
    assert active_units(model, images, threshold=5.0).tolist() == [False, False, False, False]
    assert model.training


def test_a_linear_vae_uses_as_many_dimensions_as_eigenvalues_exceed_the_variance():
    images = some_images(400)
    fitted = latent.pca(images)
    variance = (fitted.eigenvalues[2] + fitted.eigenvalues[3]).item() / 2
    vae = as_vae(probabilistic_pca(fitted, 6, variance=variance))
    assert active_units(vae, images).tolist() == [True] * 3 + [False] * 3
    kl = kl_per_dimension(vae, images)
    # With the exact posterior: 0.5 log(eigenvalue / variance), zero where it is switched off.
    assert torch.allclose(kl[:3], 0.5 * (fitted.eigenvalues[:3] / variance).log(), rtol=1e-9)
    assert kl[3:].abs().max() < 1e-12


# --- codes as the decoder sees them ---------------------------------------------------------------------------------


def test_the_sampled_code_of_an_autoencoder_is_its_code(images):
    model = LinearAE(3, image_shape=(1, 4, 4))
    assert torch.equal(sampled_codes(model, images), latent.codes(model, images))


def test_the_sampled_codes_of_a_vae_have_the_mean_and_variance_of_its_posterior():
    count = 20_500
    mean, log_var = torch.tensor([2.0, -1.0, 0.0]), torch.tensor([0.0, math.log(4), math.log(0.01)])
    model, images = Table(), table_images(mean.expand(count, 3), log_var.expand(count, 3))
    found = sampled_codes(model, images)
    std = torch.tensor([1.0, 2.0, 0.1])
    assert found.shape == (count, 3)
    assert ((found.mean(0) - mean).abs() < 4 * std / math.sqrt(count)).all()
    assert ((found.var(0) / std.square() - 1).abs() < 4 * math.sqrt(2 / count)).all()
    assert len(found[:, 0].unique()) > 0.99 * count  # other noise in each batch of images
    assert torch.equal(found, sampled_codes(model, images))
    assert not torch.equal(found, sampled_codes(model, images, seed=1))
    assert model.training


def test_nothing_global_is_touched_and_every_mode_is_restored(images, rng_untouched, monkeypatch):
    seeded = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    vae = DenseVAE(2, hidden=(8,), image_size=4)
    for training in (True, False):
        vae.train(training)
        sampled_codes(vae, images)
        nll(vae, images, samples=3)
        kl_per_dimension(vae, images)
        active_units(vae, images)
        assert vae.training is training
        assert all(module.training is training for module in vae.modules())
    assert not seeded  # the GPUs' state is as global as the CPU's


def test_points_of_the_prior_are_independent_of_the_noise_in_codes_of_the_same_seed():
    """A collapsed VAE's codes are pure noise; the prior's points must not be that noise."""
    model = DenseVAE(2, hidden=(4,), image_size=4)
    with torch.no_grad():
        for layer in (model.z_mean, model.z_log_var):
            layer.weight.zero_()
            layer.bias.zero_()
    images = torch.rand(1000, 1, 4, 4)
    for seed in (0, 5):
        codes, points = sampled_codes(model, images, seed=seed), latent.standard_normal(2, 1000, seed=seed)
        correlation = (codes * points).mean().item()
        assert abs(correlation) < 0.15  # five standard errors


@pytest.mark.parametrize("wrong", [255 * torch.rand(3, 1, 4, 4), torch.full((3, 1, 4, 4), -0.5)])
def test_grey_values_outside_the_interval_are_refused(wrong):
    with pytest.raises(ValueError, match="this model's pixels lie in"):
        nll(DenseVAE(2, hidden=(4,), image_size=4), wrong, samples=2)


def test_images_with_nan_are_refused_and_so_is_a_single_one_where_variance_is_asked_for():
    model = DenseVAE(2, hidden=(4,), image_size=4)
    with pytest.raises(ValueError, match="NaN"):
        nll(model, torch.full((3, 1, 4, 4), math.nan), samples=2)
    with pytest.raises(ValueError, match="NaN"):
        active_units(model, torch.full((3, 1, 4, 4), math.nan))
    with pytest.raises(ValueError, match="1 image"):
        active_units(model, torch.rand(1, 1, 4, 4))
