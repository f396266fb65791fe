"""The VAEs, against torch.distributions, sampling, and a Gaussian model whose likelihood is known."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch import distributions as D
from torch import nn
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.models import VAE, ConvVAE, DeepConvAE, DenseVAE, LinearVAE
from lessons_pkg.models.base import Autoencoder
from lessons_pkg.models.vae import kl_to_standard_normal, log_normal, reparameterise

BUILD = {
    "dense bernoulli": lambda **kw: DenseVAE(3, hidden=(16, 8), image_size=8, **kw),
    "dense gaussian": lambda **kw: DenseVAE(3, hidden=(16,), likelihood="gaussian", image_size=8, **kw),
    "convolutional": lambda **kw: ConvVAE(3, channels=(4, 4, 8), **kw),
    "convolutional bernoulli": lambda **kw: ConvVAE(3, channels=(4, 8), likelihood="bernoulli", **kw),
    "linear": lambda **kw: LinearVAE(3, image_size=8, **kw),
}


@pytest.fixture(autouse=True)
def _seeded():
    """The noise of every test here is the same at each run."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        yield


@pytest.fixture
def no_noise(monkeypatch):
    monkeypatch.setattr(torch, "randn_like", torch.zeros_like)


def images_for(variant: str, count: int = 6) -> torch.Tensor:
    side = 32 if "conv" in variant else 8
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(0))


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


# --- the three formulas ---------------------------------------------------------------------------------------------


def test_kl_is_that_of_torch_distributions():
    mean, log_var = 3 * draw(50, 4), 2 * draw(50, 4, seed=1)
    expected = D.kl_divergence(D.Normal(mean, (log_var / 2).exp()), D.Normal(0.0, 1.0))
    assert torch.allclose(kl_to_standard_normal(mean, log_var), expected, rtol=1e-12)
    assert kl_to_standard_normal(torch.zeros(1), torch.zeros(1)) == 0


def test_kl_is_what_sampling_finds():
    mean, log_var = torch.tensor([[0.7, -2.0]]).double(), torch.tensor([[0.5, -1.5]]).double()
    z = mean + (log_var / 2).exp() * draw(200_000, 2)
    ratio = log_normal(z, mean, log_var) - log_normal(z, torch.zeros(2), torch.zeros(2))
    noise = ratio.std(0) / math.sqrt(len(z))
    assert ((ratio.mean(0) - kl_to_standard_normal(mean, log_var)[0]).abs() < 4 * noise).all()
    assert (noise < 0.01).all()


def test_log_normal_is_that_of_torch_distributions_and_broadcasts():
    x, mean, log_var = draw(7, 5, 3), draw(5, 3, seed=1), draw(1, seed=2)
    expected = D.Normal(mean, (log_var / 2).exp()).log_prob(x)
    assert torch.allclose(log_normal(x, mean, log_var), expected, rtol=1e-12)


def test_reparameterised_samples_have_the_mean_and_the_variance_they_were_asked_for():
    mean, log_var = torch.tensor([1.0, -3.0, 0.0]), torch.tensor([0.0, math.log(4.0), math.log(0.01)])
    count = 100_000
    z = reparameterise(mean.expand(count, 3), log_var.expand(count, 3))
    std = torch.tensor([1.0, 2.0, 0.1])
    assert ((z.mean(0) - mean).abs() < 4 * std / math.sqrt(count)).all()
    assert ((z.var(0) / std.square() - 1).abs() < 4 * math.sqrt(2 / count)).all()
    within = ((z - mean).abs() < std).double().mean(0)  # and the shape of a bell: 68 per cent within one deviation
    assert ((within - math.erf(math.sqrt(0.5))).abs() < 4 * math.sqrt(0.22 / count)).all()


def test_the_gradient_of_a_sample_is_1_by_the_mean_and_half_std_times_noise_by_the_log_variance():
    mean, log_var = draw(6, 4).requires_grad_(), draw(6, 4, seed=1).requires_grad_()
    z = reparameterise(mean, log_var)
    std = (log_var / 2).exp().detach()
    noise = (z.detach() - mean.detach()) / std
    weights = draw(6, 4, seed=2)  # of the numbers of z, so that each gradient is seen by itself
    by_mean, by_log_var = torch.autograd.grad((weights * z).sum(), (mean, log_var))
    assert torch.allclose(by_mean, weights)
    assert torch.allclose(by_log_var, weights * 0.5 * std * noise)


@pytest.mark.parametrize("expanded", [False, True])
def test_every_image_and_every_dimension_has_noise_of_its_own(expanded):
    """Also where the means are one row seen many times, as in log_weights."""
    mean = torch.zeros(2).expand(20_000, 2) if expanded else torch.zeros(20_000, 2)
    z = reparameterise(mean, torch.zeros_like(mean))
    assert len(z[:, 0].unique()) > 19_900  # float32 has a few ties
    assert abs(torch.corrcoef(z.T)[0, 1]) < 4 / math.sqrt(20_000)  # dimensions
    assert abs(torch.corrcoef(torch.stack([z[:-1, 0], z[1:, 0]]))[0, 1]) < 4 / math.sqrt(20_000)  # neighbours
    assert not torch.equal(z, reparameterise(mean, torch.zeros_like(mean)))  # calls


# --- likelihood, loss -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", BUILD)
def test_shapes_and_what_encode_decode_and_forward_are(variant):
    model, x = BUILD[variant](), images_for(variant)
    assert isinstance(model, VAE)
    assert isinstance(model, Autoencoder)
    z_mean, z_log_var = model.posterior(x)
    assert z_mean.shape == z_log_var.shape == (6, 3)
    assert torch.equal(model.encode(x), z_mean)
    output = model.decoder_output(z_mean)
    bernoulli = "bernoulli" in variant
    assert torch.equal(model.decode(z_mean), torch.sigmoid(output) if bernoulli else output)
    assert torch.equal(model(x), model.decode(z_mean))  # the mean of q, without noise
    assert model(x).shape == x.shape
    assert model.unit_interval_output == bernoulli
    assert hasattr(model, "log_variance") != bernoulli


@pytest.mark.parametrize("variant", BUILD)
def test_the_likelihood_is_that_of_torch_distributions_summed_over_pixels(variant):
    model, x = BUILD[variant]().double(), images_for(variant).double()
    z = 2 * draw(6, 3)
    output = model.decoder_output(z)
    if "bernoulli" in variant:
        pixels = D.Bernoulli(logits=output, validate_args=False)  # grey targets: its log_prob is minus the BCE
        entropy = F.binary_cross_entropy(model.decode(z), x, reduction="none").sum((1, 2, 3))
        assert torch.allclose(model.log_likelihood(x, z), -entropy)
    else:
        model.log_variance.data.fill_(math.log(0.3))
        pixels = D.Normal(output, math.sqrt(0.3))
    expected = D.Independent(pixels, 3, validate_args=False).log_prob(x)
    assert expected.shape == (6,)
    assert torch.allclose(model.log_likelihood(x, z), expected)


def test_a_probability_that_rounds_to_0_or_1_leaves_the_likelihood_finite():
    model, x = BUILD["dense bernoulli"](), torch.ones(1, 1, 8, 8)
    model.decoder[-1].bias.data.fill_(-1000.0)
    assert model(x).max() == 0
    assert model.log_likelihood(x, torch.zeros(1, 3)).item() == pytest.approx(-64_000, rel=1e-2)


@pytest.mark.parametrize("variant", BUILD)
def test_one_image_meets_many_codes_but_no_table_of_pairs_is_made(variant):
    model, x = BUILD[variant](), images_for(variant)
    z = torch.randn(6, 3)
    one_by_one = torch.cat([model.log_likelihood(x[:1], row[None]) for row in z])
    assert torch.allclose(model.log_likelihood(x[:1], z), one_by_one, rtol=1e-5)
    with pytest.raises(RuntimeError, match="expand"):
        model.log_likelihood(x[:, 0], z)  # (N, H, W) against (N, 1, H, W) would broadcast to (N, N, H, W)


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("variant", BUILD)
def test_the_loss_is_the_negative_elbo_in_nats_per_image(variant, beta):
    model, x = BUILD[variant](beta=beta).double(), images_for(variant).double()
    noise = draw(6, 3, seed=9)
    mean, log_var = model.posterior(x)
    q = D.Normal(mean, (log_var / 2).exp())
    output = model.decoder_output(mean + q.stddev * noise)
    if "bernoulli" in variant:
        pixels = D.Bernoulli(logits=output, validate_args=False)
    else:
        model.log_variance.data.fill_(math.log(0.3))
        pixels = D.Normal(output, math.sqrt(0.3))
    expected = [
        beta * D.kl_divergence(q, D.Normal(0.0, 1.0))[i].sum() - pixels.log_prob(x)[i].sum() for i in range(len(x))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn_like", lambda like: noise)
        likelihood, divergence = model.terms(x)
        loss = model.loss(x)
    assert likelihood.shape == divergence.shape == (6,)
    assert loss.shape == ()
    assert loss.item() == pytest.approx(sum(expected).item() / 6, rel=1e-9)
    assert torch.allclose(beta * divergence - likelihood, torch.stack(expected))


@pytest.mark.parametrize("variant", BUILD)
def test_the_same_images_twice_do_not_change_the_loss(variant, no_noise):
    model, x = BUILD[variant](), images_for(variant)
    assert model.loss(x.repeat(2, 1, 1, 1)).item() == pytest.approx(model.loss(x).item(), rel=1e-5)


@pytest.mark.parametrize("variant", BUILD)
def test_the_loss_is_drawn_anew_with_other_noise_for_each_image(variant):
    model, x = BUILD[variant](), images_for(variant)[:1].repeat(6, 1, 1, 1)
    likelihood, divergence = model.terms(x)
    assert len(likelihood.unique()) == 6
    assert torch.allclose(divergence, divergence[:1].expand(6))
    assert not torch.equal(model.terms(x)[0], likelihood)


@pytest.mark.parametrize("variant", BUILD)
def test_every_weight_gets_a_gradient(variant):
    model = BUILD[variant]()
    with torch.no_grad():  # a last layer that is not nearly zero, so that the code matters
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter *= 2
        if variant == "linear":
            model.z_log_var += 1  # it starts where the divergence is smallest
    likelihood, divergence = model.terms(images_for(variant))
    for term, unmoved in ((likelihood, set()), (divergence, {"decoder", "log_variance"})):
        model.zero_grad()
        term.sum().backward(retain_graph=True)
        for name, parameter in model.named_parameters():
            moved = parameter.grad is not None and parameter.grad.abs().max() > 0
            assert moved != (name.split(".")[0] in unmoved), name


# --- the pixel's variance -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["dense gaussian", "convolutional", "linear"])
def test_the_best_variance_is_the_mean_squared_error(variant, no_noise):
    model, x = BUILD[variant](), images_for(variant)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name == "log_variance")
    mse = training.evaluate(model, x, loss=training.mse_per_pixel)
    assert abs(mse - 0.1) > 0.01  # not where the variance starts
    training.fit(model, x, epochs=400, batch_size=6, lr=0.1, schedule=training.cosine, device="cpu")
    assert model.log_variance.exp().item() == pytest.approx(mse, rel=1e-3)


@pytest.mark.parametrize("variant", ["dense gaussian", "convolutional", "linear"])
def test_a_given_variance_is_kept_and_a_learned_one_moves(variant):
    x = images_for(variant)
    fixed, learned = BUILD[variant](variance=0.25), BUILD[variant]()
    assert fixed.log_variance.exp().item() == pytest.approx(0.25)
    assert not fixed.log_variance.requires_grad
    for model in (fixed, learned):
        training.fit(model, x, epochs=3, batch_size=3, lr=0.01, device="cpu")
    assert fixed.log_variance.exp().item() == pytest.approx(0.25)
    assert abs(learned.log_variance.item() - math.log(0.1)) > 0.01
    assert "log_variance" in fixed.state_dict()  # stored with the weights: the loss depends on it


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"likelihood": "poisson"}, "no likelihood 'poisson' here: choose 'bernoulli' or 'gaussian'"),
        ({"likelihood": "gaussian", "variance": 0.0}, "variance=0.0: .* a variance is more than 0"),
        ({"likelihood": "gaussian", "variance": -1.0}, "variance=-1.0"),
        ({"likelihood": "gaussian", "variance": math.nan}, "variance=nan"),
        ({"likelihood": "bernoulli", "variance": 0.1}, "variance=0.1 belongs to a Gaussian pixel"),
        ({"beta": -0.1}, "beta=-0.1"),
        ({"beta": math.nan}, "beta=nan"),
    ],
)
def test_what_makes_no_vae_is_refused(arguments, said):
    for build in (DenseVAE, ConvVAE):
        with pytest.raises(ValueError, match=said):
            build(2, **arguments)


@pytest.mark.parametrize("build", [DenseVAE, ConvVAE, LinearVAE])
def test_a_code_size_that_is_none_is_refused(build):
    with pytest.raises(ValueError, match="code_dim=0: a code has at least 1"):
        build(0)
    with pytest.raises(ValueError, match="at most as many as the image has pixels"):
        build(32 * 32 + 1)
    with pytest.raises(TypeError, match=r"a whole number, not 2\.0"):
        build(2.0)


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="no activation 'gelu' here: choose 'relu' or 'tanh'"):
        DenseVAE(2, activation="gelu")


def test_a_bernoulli_pixel_outside_0_and_1_is_refused_in_training():
    with pytest.raises(ValueError, match=r"the images lie in \[.*works in \[0, 1\]"):
        training.fit(BUILD["dense bernoulli"](), images_for("dense") * 2 - 1, epochs=1, device="cpu")
    training.fit(BUILD["dense gaussian"](), images_for("dense") * 2 - 1, epochs=1, device="cpu")


# --- the networks ---------------------------------------------------------------------------------------------------


def test_the_network_of_burda_et_al_has_its_sizes():
    model = DenseVAE(50, hidden=(200, 200), activation="tanh")
    linear = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    sizes = [(layer.in_features, layer.out_features) for layer in linear]
    into, heads, out = [(784, 200), (200, 200)], [(200, 50)] * 2, [(50, 200), (200, 200), (200, 784)]
    assert sizes == into + heads + out
    assert sum(isinstance(layer, nn.Tanh) for layer in model.modules()) == 4
    assert not any(isinstance(layer, nn.ReLU) for layer in model.modules())
    assert parameter_count(model) == sum(before * after + after for before, after in sizes) == 425_284
    assert model.likelihood == "bernoulli"


@pytest.mark.parametrize("hidden", [(), (400,), (30, 20, 10)])
def test_a_dense_vae_has_its_hidden_layers_both_ways(hidden):
    model = DenseVAE(5, hidden=hidden)
    sizes = [784, *hidden]
    into = sum(a * b + b for a, b in pairwise(sizes)) + 2 * (sizes[-1] * 5 + 5)
    back = [5, *sizes[::-1]]
    assert parameter_count(model) == into + sum(a * b + b for a, b in pairwise(back))
    activations = [layer for layer in model.modules() if isinstance(layer, nn.ReLU)]
    assert len(activations) == 2 * len(hidden)
    x = torch.rand(2, 1, 28, 28)
    assert model(x).shape == x.shape


def test_the_convolutional_vae_is_the_autoencoder_with_one_more_layer():
    vae, ae = ConvVAE(2, seed=3), DeepConvAE(2, seed=3)
    one_layer = 2048 * 2 + 2
    assert parameter_count(vae) == 343_043 + one_layer + 1  # and the variance of the pixels
    assert parameter_count(ConvVAE(2, likelihood="bernoulli")) == 343_043 + one_layer
    shared = ae.state_dict()
    for name, value in vae.state_dict().items():
        if name.startswith(("encoder", "decoder")):
            assert torch.equal(value, shared.pop(name)), name
    last = ae.encoder[-1]
    assert torch.equal(vae.z_mean.weight, last.weight)
    assert torch.equal(vae.z_mean.bias, last.bias)
    assert len(shared) == 2  # nothing else is left
    assert not torch.equal(vae.z_log_var.weight, vae.z_mean.weight)
    x = torch.rand(3, 1, 32, 32)
    assert torch.allclose(vae.encode(x), ae.encode(x))
    assert torch.allclose(vae(x), ae(x))


def test_the_linear_vaes_posterior_variance_is_one_number_per_dimension():
    model = LinearVAE(3)
    model.z_log_var.data.copy_(torch.tensor([-1.0, 0.0, 2.0]))
    assert parameter_count(model) == 2 * 784 * 3 + 3 + 784 + 3 + 1
    _, log_var = model.posterior(torch.rand(5, 1, 28, 28))
    assert torch.equal(log_var, model.z_log_var.detach().expand(5, 3))


@pytest.mark.parametrize("variant", BUILD)
def test_the_seed_decides_the_weights_and_touches_nothing_global(variant):
    before = torch.random.get_rng_state()
    one, same, other = (BUILD[variant](seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one if key.endswith("weight"))
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize("variant", BUILD)
def test_no_vae_pins_a_tensor_to_the_cpu(variant):
    model = BUILD[variant]().to("meta")
    model.loss(torch.empty(images_for(variant).shape, device="meta")).backward()
    assert all(parameter.grad.device.type == "meta" for parameter in model.parameters())


@pytest.mark.parametrize("variant", BUILD)
def test_training_makes_the_loss_fall_and_goes_on_from_a_checkpoint(variant, tmp_path):
    x = images_for(variant, 12)
    x[::2, :, :, ::2] *= 0.1  # two kinds of images, in stripes: something to learn
    x[1::2, :, ::2] *= 0.1

    def fit(path):
        model = BUILD[variant]()
        settings = {"epochs": 15, "batch_size": 4, "lr": 5e-3, "device": "cpu"}
        return model, training.fit(model, x, checkpoint=path, **settings)

    before = training.evaluate(BUILD[variant](), x)
    plain, history = fit(None)
    assert training.evaluate(plain, x) < history.loss[0] < before
    assert history.loss[-1] < history.loss[0] - 0.02 * abs(history.loss[0])
    fit(tmp_path / "half.pt")
    again, stored = fit(tmp_path / "half.pt")  # trained already: read from the file
    assert stored.loss == history.loss
    assert all(torch.equal(a, b) for a, b in zip(plain.parameters(), again.parameters(), strict=True))


# --- the linear VAE is probabilistic PCA ----------------------------------------------------------------------------


def gaussian_model(variance: float) -> tuple[LinearVAE, D.MultivariateNormal]:
    """x = W z + mu + noise, the columns of W orthogonal; a LinearVAE with its exact posterior, and p(x)."""
    W = torch.linalg.qr(draw(16, 3))[0] * torch.tensor([2.0, 1.0, 0.3]).double()
    mu = draw(16, seed=1)
    inner = W.T @ W + variance * torch.eye(3).double()  # Tipping & Bishop's M, here diagonal
    model = LinearVAE(3, variance=variance, image_size=4).double()
    with torch.no_grad():
        model.log_variance.fill_(math.log(variance))  # the float32 that it was built with has 7 digits
        model.decoder.weight.copy_(W)
        model.decoder.bias.copy_(mu)
        to_code = torch.linalg.solve(inner, W.T)
        model.z_mean.weight.copy_(to_code)
        model.z_mean.bias.copy_(-to_code @ mu)
        model.z_log_var.copy_((variance / inner.diagonal()).log())
    return model, D.MultivariateNormal(mu, W @ W.T + variance * torch.eye(16).double())


def expected_terms(model: LinearVAE, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """E over the noise of both terms, (N,), exactly: they are quadratic in it, so +-sqrt(k) e_j stand for all of it."""
    k = len(model.z_log_var)
    points = math.sqrt(k) * torch.cat([torch.eye(k), -torch.eye(k)]).double()
    noise = points.repeat_interleave(len(x), 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn_like", lambda like: noise)
        likelihood, divergence = model.terms(x.repeat(2 * k, 1, 1, 1))
    return likelihood.unflatten(0, (2 * k, len(x))).mean(0), divergence[: len(x)]


@pytest.mark.parametrize("variance", [0.05, 1.0])
def test_with_the_exact_posterior_the_elbo_is_the_log_likelihood_of_every_image(variance):
    model, p = gaussian_model(variance)
    x = p.sample((40,)).reshape(-1, 1, 4, 4) * 1.5  # likely and unlikely ones
    likelihood, divergence = expected_terms(model, x)
    assert torch.allclose(likelihood - divergence, p.log_prob(x.flatten(1)), rtol=1e-10)
    one = -model.loss(x.repeat(500, 1, 1, 1)).item()  # and with noise that is really drawn
    assert one == pytest.approx(p.log_prob(x.flatten(1)).mean().item(), abs=0.5)


@pytest.mark.parametrize("part", ["z_mean.weight", "z_mean.bias", "z_log_var"])
def test_any_other_posterior_gives_a_smaller_elbo(part):
    model, p = gaussian_model(0.5)
    x = p.sample((40,)).reshape(-1, 1, 4, 4)
    best = p.log_prob(x.flatten(1))
    weight = model.get_parameter(part)
    for sign in (1, -1):
        moved = sign * 0.1 * draw(*weight.shape, seed=7)
        weight.data += moved
        likelihood, divergence = expected_terms(model, x)
        weight.data -= moved
        assert (likelihood - divergence < best).all()


def test_at_the_maximum_of_the_likelihood_no_gradient_is_left():
    """Tipping & Bishop's solution, from numpy's eigenvectors, is a stationary point of the linear VAE's loss."""
    x = (draw(60, 16) * torch.linspace(0.3, 2, 16).double()) @ torch.linalg.qr(draw(16, 16, seed=1))[0] + 1
    eigenvalues, vectors = torch.linalg.eigh(torch.cov(x.T, correction=0))
    variance = eigenvalues[:13].mean()
    W = vectors[:, 13:] * (eigenvalues[13:] - variance).sqrt()
    model, _ = gaussian_model(1.0)
    with torch.no_grad():
        to_code = torch.linalg.solve(W.T @ W + variance * torch.eye(3).double(), W.T)
        model.log_variance.copy_(variance.log())
        model.decoder.weight.copy_(W)
        model.decoder.bias.copy_(x.mean(0))
        model.z_mean.weight.copy_(to_code)
        model.z_mean.bias.copy_(-to_code @ x.mean(0))
        model.z_log_var.copy_((variance / eigenvalues[13:]).log())
    model.log_variance.requires_grad_()

    def gradients():
        model.zero_grad()
        likelihood, divergence = expected_terms(model, x.reshape(-1, 1, 4, 4))
        (divergence - likelihood).mean().backward()
        return {name: parameter.grad.abs().max().item() for name, parameter in model.named_parameters()}

    assert max(gradients().values()) < 1e-9
    model.decoder.weight.data *= 1.01
    moved = gradients()
    assert min(moved[name] for name in ("decoder.weight", "z_mean.weight", "z_log_var", "log_variance")) > 1e-4
