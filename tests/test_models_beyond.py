"""What grew out of the autoencoder: each model against an oracle that knows nothing of it."""

from __future__ import annotations

import math

import pytest
import torch
from torch import distributions as D
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.models import VQVAE, Denoiser, GaussianMixture, MaskedAutoencoder, SparseAE
from lessons_pkg.models.denoiser import annealed_langevin
from lessons_pkg.models.masked_autoencoder import Block, positions
from lessons_pkg.models.sparse_autoencoder import keep_largest
from lessons_pkg.models.vq_vae import nearest_entries, straight_through


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def images(count: int = 4, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


# --- denoising and the score ----------------------------------------------------------------------------------------

MIXTURE = GaussianMixture(
    torch.tensor([[-1.0, 0.0], [1.0, 0.5], [0.0, 2.0]], dtype=torch.float64),
    0.3,
    torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64),
)
POINTS = 2 * draw(1500, 2).double()  # more than are handled at a time


@pytest.mark.parametrize("noise", [0.0, 0.2, 1.5])
def test_the_density_of_the_mixture_is_that_of_torch_distributions(noise):
    wide = torch.full_like(MIXTURE.means, math.hypot(0.3, noise))
    bells = D.Independent(D.Normal(MIXTURE.means, wide), 1)
    known = D.MixtureSameFamily(D.Categorical(MIXTURE.weights), bells)
    assert torch.allclose(MIXTURE.log_density(POINTS, noise), known.log_prob(POINTS), rtol=1e-10)


@pytest.mark.parametrize("noise", [0.0, 0.2, 1.5])
def test_the_score_of_the_mixture_is_the_gradient_of_its_log_density(noise):
    x = POINTS.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(MIXTURE.log_density(x, noise).sum(), x)
    assert torch.allclose(MIXTURE.score(POINTS, noise), gradient, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("noise", [0.1, 0.7])
def test_what_the_best_denoiser_changes_is_the_variance_of_the_noise_times_the_score(noise):
    """Tweedie's formula: the two sides are computed in different ways."""
    change = MIXTURE.denoise(POINTS, noise) - POINTS
    assert torch.allclose(change / noise**2, MIXTURE.score(POINTS, noise), rtol=1e-9, atol=1e-9)


def test_no_scaled_or_shifted_answer_is_closer_to_the_clean_points_than_the_best_denoiser():
    clean = MIXTURE.sample(40_000, seed=1)
    noisy = clean + 0.5 * draw(40_000, 2, seed=2).double()
    best = MIXTURE.denoise(noisy, 0.5)
    error = (best - clean).square().mean()
    for other in (0.95 * best, 1.05 * best, best + 0.05, 0.9 * best + 0.1 * noisy):
        assert error < (other - clean).square().mean()


def test_samples_of_the_mixture_have_its_shares_and_its_spread():
    points = MIXTURE.sample(50_000, noise=0.4, seed=3)
    assert torch.allclose(points.mean(0), MIXTURE.weights @ MIXTURE.means, atol=0.03)
    lonely = GaussianMixture(torch.zeros(1, 2), 0.3, torch.ones(1)).sample(50_000, noise=0.4, seed=3)
    assert torch.allclose(lonely.std(0), torch.tensor([0.5, 0.5]), atol=0.01)
    share = (torch.cdist(MIXTURE.sample(20_000, seed=4), MIXTURE.means).argmin(1) == 2).double().mean()
    assert abs(share - 0.2) < 0.02
    assert not torch.equal(points[:10], MIXTURE.sample(50_000, noise=0.4, seed=5)[:10])


@pytest.mark.parametrize("residual", [True, False])
def test_the_denoisers_score_is_its_change_over_the_variance(residual):
    model, x = Denoiser(residual=residual), draw(6, 2)
    levels = torch.tensor([[0.1], [0.2], [0.4], [0.1], [0.2], [0.4]])
    with torch.no_grad():
        assert torch.allclose(model.score(x, levels) * levels**2, model(x, levels) - x, atol=1e-6)
        one_by_one = torch.cat([model(x[i : i + 1], float(levels[i])) for i in range(6)])
        assert torch.allclose(model(x, levels), one_by_one, atol=1e-6)


def test_the_loss_of_a_denoiser_that_returns_what_it_sees_is_one():
    """|noise|^2 / s^2 is 1 on average at every level: the unit of the loss."""
    model = Denoiser(residual=True)
    torch.nn.init.zeros_(model.network[-1].weight)
    torch.nn.init.zeros_(model.network[-1].bias)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        assert model.loss(torch.zeros(50_000, 2)).item() == pytest.approx(1, abs=0.02)


def test_langevin_with_the_exact_score_ends_with_the_mean_and_variance_of_a_gaussian():
    bell = GaussianMixture(torch.tensor([[2.0, -1.0]]), 0.5, torch.ones(1))
    found = annealed_langevin(bell.score, torch.zeros(5000, 2), [1.0, 0.2], steps=400, rate=0.2, seed=0)
    assert torch.allclose(found.mean(0), torch.tensor([2.0, -1.0]), atol=0.04)
    assert torch.allclose(found.std(0), torch.full((2,), math.hypot(0.5, 0.2)), atol=0.03)


# --- vector quantisation --------------------------------------------------------------------------------------------


def test_the_nearest_entry_is_the_one_that_a_search_finds():
    vectors, codebook = draw(5, 3, 4), draw(9, 4, seed=1)
    for place in [(i, j) for i in range(5) for j in range(3)]:
        distances = [(vectors[place] - entry).norm().item() for entry in codebook]
        assert nearest_entries(vectors, codebook)[place] == distances.index(min(distances))


def test_straight_through_has_the_value_of_the_one_and_the_gradient_of_the_other():
    vectors, weights = draw(6, 4).requires_grad_(), draw(6, 4, seed=1)
    quantised = vectors.detach().round().requires_grad_()
    passed = straight_through(vectors, quantised)
    assert torch.allclose(passed, quantised)
    by_vectors, by_quantised = torch.autograd.grad((weights * passed).sum(), (vectors, quantised), allow_unused=True)
    assert torch.equal(by_vectors, weights)  # as if nothing stood between: the identity
    assert by_quantised is None


def test_a_vq_vaes_reconstruction_is_drawn_from_whole_numbers():
    model, x = VQVAE(16), images()
    z = model.encode(x)
    assert z.shape == (4, 7, 7)
    assert z.dtype == torch.int64
    assert 0 <= z.min() <= z.max() < 16
    assert torch.equal(model(x), model.decode(z))
    assert torch.equal(model.decode(z), model.decode_vectors(model.codebook[z]))
    assert VQVAE(16, quantised=False)(x).shape == x.shape


def test_each_term_of_the_vq_loss_moves_what_it_should():
    x = images()
    model = VQVAE(16, commitment=0.25)
    parts = [model.encoder[0].weight, model.codebook, model.decoder[0].weight]
    vectors = model.vectors(x)
    entries = model.codebook[nearest_entries(vectors, model.codebook)]
    both = F.mse_loss(vectors, entries.detach())
    expected = F.mse_loss(model(x), x) + 1.25 * both
    assert model.loss(x).item() == pytest.approx(expected.item(), rel=1e-5)
    by_encoder, by_codebook, by_decoder = torch.autograd.grad(model.loss(x), parts)
    # The codebook learns from its own term alone, with weight 1; the image's error does not reach it.
    (own,) = torch.autograd.grad(F.mse_loss(entries, vectors.detach()), [model.codebook])
    assert torch.allclose(by_codebook, own, atol=1e-8)
    assert by_encoder.abs().max() > 0
    assert by_decoder.abs().max() > 0
    heavy = VQVAE(16, commitment=2.25)
    (more,) = torch.autograd.grad(heavy.loss(x), [heavy.encoder[0].weight])
    (commits,) = torch.autograd.grad(both, [parts[0]])
    assert torch.allclose(more - by_encoder, 2 * commits, atol=1e-7)
    # Without commitment the encoder learns from the image alone.
    free, vectors = VQVAE(16, commitment=0.0), model.vectors(x)
    rebuilt = model.decode_vectors(straight_through(vectors, entries))
    (by_image,) = torch.autograd.grad(F.mse_loss(rebuilt, x), [parts[0]])
    assert torch.allclose(torch.autograd.grad(free.loss(x), [free.encoder[0].weight])[0], by_image, atol=1e-8)


def test_dead_entries_restart_where_vectors_are_and_living_ones_stay():
    x = images(16)
    model = VQVAE(64, restart_every=2)
    with torch.no_grad():
        model.codebook[8:] = 100 + torch.arange(56.0)[:, None]  # far from every vector
    before = model.codebook.detach().clone()
    model.loss(x)
    model.loss(x)
    assert torch.equal(model.codebook.detach(), before)
    alive = model.chosen > 0
    assert alive.any()
    assert not alive[8:].any()
    model.loss(x)
    assert torch.equal(model.codebook.detach()[alive], before[alive])
    vectors = model.vectors(x).detach().flatten(0, 2)
    assert (torch.cdist(model.codebook.detach()[~alive], vectors).min(1).values < 1e-3).all()
    assert model.chosen.sum() == 16 * 49  # counting begins anew


@pytest.mark.parametrize("mode", ["measured", "never"])
def test_no_entry_restarts_while_a_model_is_measured_or_where_restarts_are_off(mode):
    model = VQVAE(64, restart_every=0 if mode == "never" else 1)
    model.loss(images())  # one batch of training, after which a restart is due
    model.train(mode == "never")
    before, counted = model.codebook.detach().clone(), model.chosen.clone()
    for _ in range(3):
        model.loss(images())
    assert torch.equal(model.codebook.detach(), before)
    assert torch.equal(model.chosen, counted) == (mode == "measured")


def test_a_vq_vae_learns():
    model, x = VQVAE(32, channels=(8, 16), restart_every=5), images(32).round()
    start = training.evaluate(model, x, loss=training.mse_per_pixel)
    training.fit(model, x, epochs=60, batch_size=16, lr=5e-3, device="cpu")
    assert training.evaluate(model, x, loss=training.mse_per_pixel) < 0.6 * start


# --- the masked autoencoder -----------------------------------------------------------------------------------------


def test_patches_are_cut_row_by_row_and_put_together_again():
    model, x = MaskedAutoencoder(), images()
    patches = model.patches(x)
    assert patches.shape == (4, 49, 16)
    assert torch.equal(patches[2, 9].reshape(4, 4), x[2, 0, 4:8, 8:12])  # 9 is the second row, the third column
    assert torch.equal(model.images(patches), x)


@pytest.mark.parametrize(("hidden", "seen"), [(0.25, 37), (0.5, 24), (0.75, 12), (0.9, 5)])
def test_so_many_different_patches_are_seen_and_other_ones_in_every_image(hidden, seen):
    model = MaskedAutoencoder(hidden)
    chosen = model.choose(200)
    assert chosen.shape == (200, seen)
    assert all(len(set(row)) == seen for row in chosen.tolist())
    assert len({tuple(sorted(row)) for row in chosen.tolist()}) > 190
    assert model.hidden_pixels(chosen).sum((1, 2, 3)).eq((49 - seen) * 16).all()


def test_changing_hidden_pixels_changes_nothing_that_the_network_says():
    model, x = MaskedAutoencoder(0.75), images()
    seen = model.choose(4)
    hidden = model.hidden_pixels(seen).bool()
    other = torch.where(hidden, images(seed=9), x)
    assert not torch.equal(other, x)
    assert torch.equal(model.encode(x, seen), model.encode(other, seen))
    assert torch.equal(model(x, seen), model(other, seen))
    visible = torch.where(hidden, x, images(seed=9))
    assert not torch.allclose(model(x, seen), model(visible, seen))


def test_the_loss_is_the_error_of_the_hidden_patches_alone():
    model, x = MaskedAutoencoder(0.5), images()
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(3)
        seen = model.choose(4)
        torch.default_generator.manual_seed(3)
        loss = model.loss(x)
    errors = (model.patches(model(x, seen)) - model.patches(x)).square().mean(2)  # (N, 49)
    hidden = [[place for place in range(49) if place not in row] for row in seen.tolist()]
    expected = torch.stack([errors[i, places].mean() for i, places in enumerate(hidden)]).mean()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_order_in_which_patches_are_named_does_not_matter_but_their_place_does():
    model, x = MaskedAutoencoder(0.75), images()
    seen = model.choose(4)
    assert torch.allclose(model(x, seen), model(x, seen.flip(1)), atol=1e-5)
    moved = model.images(model.patches(x).roll(1, dims=1))  # the same patches, each one place on
    assert not torch.allclose(model.encode(x).mean(1), model.encode(moved).mean(1), atol=1e-3)
    hidden = [place for place in range(49) if place not in seen[0].tolist()]
    drawn = model.patches(model(x, seen))[0, hidden]
    assert torch.pdist(drawn).min() > 1e-4  # one token for all hidden places, and yet each is drawn otherwise


def test_attention_is_what_the_formula_says():
    block, x = Block(8, 2), draw(3, 5, 8)
    queries, keys, values = block.ask(block.norms[0](x)).chunk(3, dim=2)
    heads = []
    for head in (slice(0, 4), slice(4, 8)):
        weights = (queries[..., head] @ keys[..., head].mT / 2).softmax(-1)  # / sqrt(4)
        heads.append(weights @ values[..., head])
    between = x + block.tell(torch.cat(heads, dim=2))
    assert torch.allclose(block(x), between + block.think(block.norms[1](between)), atol=1e-5)


def test_no_two_places_have_the_same_position():
    where = positions(7, 32)
    assert where.shape == (49, 32)
    assert torch.pdist(where).min() > 0.5
    with pytest.raises(ValueError, match="a multiple of 4"):
        positions(7, 30)


@pytest.mark.parametrize("hidden", [0.0, 0.999])
def test_a_masked_autoencoder_refuses_to_see_everything_or_nothing(hidden):
    with pytest.raises(ValueError, match="of 49 patches"):
        MaskedAutoencoder(hidden)


# --- the sparse autoencoder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, 8])
def test_keep_largest_keeps_exactly_k_and_those_that_sorting_finds(k):
    numbers = draw(50, 8)
    kept = keep_largest(numbers, k)
    assert (kept != 0).sum(1).eq(k).all()
    for row, answer in zip(numbers.tolist(), kept.tolist(), strict=True):
        smallest_kept = sorted(row, reverse=True)[k - 1]
        assert answer == [number if number >= smallest_kept else 0.0 for number in row]


def test_a_sparse_code_has_at_most_so_many_features_and_all_above_zero():
    model, x = SparseAE(16, 128, 5), draw(200, 16)
    z = model.encode(x)
    assert z.shape == (200, 128)
    assert (z >= 0).all()
    assert ((z > 0).sum(1) == 5).all()  # 128 directions in 16 dimensions: five of them always point to x's side
    with torch.no_grad():
        model.bias -= 100
    assert (model.encode(x) == 0).all()


def test_the_directions_have_length_one_whatever_training_did_to_the_dictionary():
    model = SparseAE(16, 128, 5)
    with torch.no_grad():
        model.dictionary *= 7
        model.centre.copy_(draw(16, seed=2))
    assert torch.allclose(model.directions().norm(dim=1), torch.ones(128), atol=1e-6)
    z = torch.zeros(1, 128)
    assert torch.equal(model.decode(z)[0], model.centre)
    z[0, 3] = 2.0
    assert torch.allclose(model.decode(z)[0] - model.centre, 2 * model.directions()[3], atol=1e-6)


def test_a_sparse_autoencoder_finds_the_directions_that_made_the_data():
    """Of 24 known directions in 16 dimensions, two at a time."""
    known = F.normalize(draw(24, 16), dim=1)
    generator = torch.Generator().manual_seed(1)
    which = torch.rand(8000, 24, generator=generator).argsort(1)[:, :2]
    sizes = torch.zeros(8000, 24).scatter(1, which, 0.5 + torch.rand(8000, 2, generator=generator))
    model = SparseAE(16, 48, 2)
    x = (sizes @ known)[:, None, None]  # fit wants (N, 1, 1, width)
    training.fit(model, x, epochs=30, batch_size=128, lr=3e-3, device="cpu")
    with torch.no_grad():
        nearest = (known @ model.directions().T).max(1).values
    random = (known @ F.normalize(draw(48, 16, seed=5), dim=1).T).max(1).values
    assert (nearest > 0.95).double().mean() > 0.8
    assert (random > 0.95).double().mean() < 0.1


@pytest.mark.parametrize("active", [0, 9])
def test_a_sparse_autoencoder_refuses_more_active_features_than_there_are(active):
    with pytest.raises(ValueError, match="of 8 features"):
        SparseAE(4, 8, active)
