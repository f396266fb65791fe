"""Autoencoders for storage: the rate of the noisy code is a true code length, and the loss is bits and error."""

from __future__ import annotations

import pytest
import torch
from torch import distributions
from torch.nn import functional as F

from lessons_pkg.models import CodecAE, RateAE


def images(count: int = 6) -> torch.Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def test_the_parameters_are_those_of_784_hidden_k_and_its_mirror():
    model = CodecAE(32, hidden=256)
    count = {name: sum(p.numel() for p in part.parameters()) for name, part in model.named_children()}
    assert count["encoder"] == 784 * 256 + 256 + 256 * 32 + 32
    assert count["decoder"] == 32 * 256 + 256 + 256 * 784 + 784


def test_the_same_seed_gives_the_same_weights_with_and_without_a_rate():
    one, other = CodecAE(8, seed=4), RateAE(8, seed=4)
    assert torch.equal(one.encoder[0].weight, other.encoder[0].weight)
    assert not torch.equal(one.encoder[0].weight, CodecAE(8, seed=5).encoder[0].weight)


def test_the_bits_of_a_code_are_those_of_a_logistic_density_over_one_step():
    model = RateAE(3, step=0.5).double()
    with torch.no_grad():
        model.centre.copy_(torch.tensor([0.0, 2.0, -1.0]))
        model.log_width.copy_(torch.tensor([0.0, 1.0, -1.0]))
    base = distributions.Uniform(torch.zeros(3).double(), torch.ones(3).double())
    logistic = distributions.TransformedDistribution(
        base,
        [
            distributions.SigmoidTransform().inv,
            distributions.AffineTransform(model.centre.detach(), model.log_width.detach().exp()),
        ],
    )
    z = torch.linspace(-2, 2, 33).double()[:, None].expand(-1, 3)
    share = logistic.cdf(z / 0.5 + 0.5) - logistic.cdf(z / 0.5 - 0.5)
    assert torch.allclose(model.bits(z), -torch.log2(share), atol=1e-8)


def test_the_probabilities_of_all_rounded_codes_sum_to_one():
    model = RateAE(2, step=0.1).double()
    z = 0.1 * torch.arange(-200, 201).double()[:, None].expand(-1, 2)
    assert (2.0 ** -model.bits(z)).sum(0).tolist() == pytest.approx([1, 1], abs=1e-5)


def test_a_code_far_from_all_others_has_many_bits_and_a_gradient():
    model = RateAE(1)
    z = torch.tensor([[15.0]], requires_grad=True)
    bits = model.bits(z)
    bits.backward()
    assert 15 < bits.item() < 30
    assert z.grad.item() > 0.5


def test_the_loss_is_bits_plus_the_weighed_squared_error_of_a_noisy_code():
    model, x = RateAE(4, trade=3.0, step=0.5), images()
    torch.manual_seed(7)
    loss = model.loss(x)
    torch.manual_seed(7)
    z = model.encode(x) + 0.5 * (torch.rand(6, 4) - 0.5)
    expected = model.bits(z).sum(1) + 3 * (model.decode(z) - x).square().flatten(1).sum(1)
    assert loss.item() == pytest.approx(expected.mean().item(), rel=1e-5)
    loss.backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in model.parameters())


def test_reconstructions_are_without_noise():
    model, x = RateAE(4), images()
    assert torch.equal(model(x), model(x))
    assert torch.equal(model(x), model.decode(model.encode(x)))


def test_a_plain_one_has_the_error_per_pixel_as_its_loss():
    model, x = CodecAE(4), images()
    assert model.loss(x).item() == pytest.approx(F.mse_loss(model(x), x).item())


def test_impossible_settings_are_refused():
    for wrong in ({"trade": 0.0}, {"trade": float("nan")}, {"step": -1.0}):
        with pytest.raises(ValueError, match="both are more than 0"):
            RateAE(4, **wrong)
