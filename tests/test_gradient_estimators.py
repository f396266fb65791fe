"""The recipe that trains a VAE without the reparameterisation trick: is it the same gradient, on average?"""

from __future__ import annotations

import pytest
import torch

from lessons_pkg.evaluating import noise_from
from lessons_pkg.experiments.gradient_estimators import pathwise_loss, score_loss
from lessons_pkg.models.vae import VAE, DenseVAE

CPU = torch.device("cpu")


@pytest.fixture
def small(images):
    """A VAE of few weights in double precision, and images: 30 of 4x4 pixels."""
    return DenseVAE(2, hidden=(5,), image_size=4, seed=3).double(), images.double()


def _gradients(loss, model: VAE, x, **options) -> torch.Tensor:
    parameters = [*model.z_mean.parameters(), *model.z_log_var.parameters(), *model.decoder.parameters()]
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss(model, x, **options), parameters)])


@pytest.mark.parametrize("baseline", [True, False])
def test_the_score_function_gives_the_pathwise_gradient_on_average(small, baseline):
    model, x = small
    many = x.repeat(4000, 1, 1, 1)  # each image with many samples: their mean stands for the expectation
    with noise_from(0, CPU):
        path = _gradients(pathwise_loss, model, many, samples=2)
        parts = torch.stack(
            [_gradients(score_loss, model, part, samples=2, baseline=baseline) for part in many.split(3000)]
        )
    error = parts.std(0) / len(parts) ** 0.5
    assert ((parts.mean(0) - path).abs() < 5 * error + 0.02 * path.abs().max()).all()


def test_without_a_baseline_a_sample_is_worth_far_less(small):
    model, x = small
    with noise_from(0, CPU):
        spread = {
            baseline: torch.stack(
                [_gradients(score_loss, model, x, samples=4, baseline=baseline) for _ in range(100)]
            ).var(0)[:10].mean()  # of the layer that gives the mean
            for baseline in (True, False)
        }  # fmt: skip
    assert spread[False] > 5 * spread[True]


def test_no_derivative_goes_through_a_sample(small, monkeypatch):
    """A decoder that cannot be differentiated by its input is no obstacle."""
    model, x = small

    class Blocked(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            return z.clone()

        @staticmethod
        def backward(ctx, _):
            raise AssertionError("a derivative by z was asked for")

    decoder = model.decoder_output
    monkeypatch.setattr(model, "decoder_output", lambda z: decoder(Blocked.apply(z)))
    _gradients(score_loss, model, x, samples=2, baseline=True)
    with pytest.raises(AssertionError, match="derivative by z"):
        _gradients(pathwise_loss, model, x, samples=2)
