"""Soap: what a step does, against the algorithm written with other means, and what it is good for."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from lessons_pkg import training
from lessons_pkg.models import ConvAE
from lessons_pkg.soap import Soap


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def steps(weight: nn.Parameter, optimizer: torch.optim.Optimizer, gradients: list[torch.Tensor]) -> torch.Tensor:
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimizer.step()
    return weight.detach()


def test_the_first_step_moves_nothing():
    weight = nn.Parameter(draw(3, 4))
    before = weight.detach().clone()
    assert torch.equal(steps(weight, Soap([weight]), [draw(3, 4, seed=1)]), before)


def test_a_second_step_along_the_first_gradient_is_one_rate_along_its_singular_directions():
    """With the same gradient again, every direction that it has is stepped by lr: U V^T, whatever its singular values.

    By then the averages hold one gradient, so that average and root of the square are the same number.
    """
    gradient = draw(3, 3, seed=2)
    u, _, vh = torch.linalg.svd(gradient)
    weight = nn.Parameter(torch.zeros(3, 3, dtype=torch.float64))
    moved = steps(weight, Soap([weight], lr=0.01), [gradient, gradient])
    assert torch.allclose(moved, -0.01 * u @ vh, atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (2, 3, 1, 1)])
def test_turning_the_problem_turns_the_answer(shape):
    """In other orthonormal coordinates of rows and columns it makes the same steps, which Adam does not."""
    rows, columns = shape[0], draw(*shape)[0].numel()
    left = torch.linalg.qr(draw(rows, rows, seed=3))[0]
    right = torch.linalg.qr(draw(columns, columns, seed=4))[0]
    gradients = [draw(*shape, seed=seed) for seed in range(10, 35)]

    def turned(values: torch.Tensor) -> torch.Tensor:
        return (left @ values.reshape(rows, -1) @ right).reshape(shape)

    plain, other = nn.Parameter(draw(*shape)), nn.Parameter(turned(draw(*shape)))
    settings = {"lr": 0.1, "every": 3}
    one = steps(plain, Soap([plain], **settings), gradients)
    two = steps(other, Soap([other], **settings), [turned(gradient) for gradient in gradients])
    assert torch.allclose(turned(one), two, atol=1e-6)
    plain, other = nn.Parameter(draw(*shape)), nn.Parameter(turned(draw(*shape)))
    one = steps(plain, torch.optim.Adam([plain], lr=0.1), gradients)
    two = steps(other, torch.optim.Adam([other], lr=0.1), [turned(gradient) for gradient in gradients])
    assert not torch.allclose(turned(one), two, atol=1e-3)


def test_a_narrow_valley_across_the_axes_is_no_hindrance():
    turn = torch.linalg.qr(draw(6, 6, seed=5))[0]
    curvature = turn @ torch.diag(torch.logspace(0, 4, 6, dtype=torch.float64)) @ turn.T

    def left_over(make) -> float:
        weight = nn.Parameter(torch.ones(6, 6, dtype=torch.float64))
        optimizer = make([weight])
        for step in range(300):
            optimizer.param_groups[0]["lr"] = 0.03 * training.cosine(step / 300)
            weight.grad = curvature @ weight.detach()
            optimizer.step()
        return (0.5 * weight.detach().T @ curvature @ weight.detach()).trace().item()

    assert left_over(Soap) < 0.3 * left_over(torch.optim.Adam)


def test_a_weight_without_a_gradient_stays():
    moved, still = nn.Parameter(draw(2, 2)), nn.Parameter(draw(2, 2))
    before = still.detach().clone()
    steps(moved, Soap([moved, still]), [draw(2, 2, seed=1)] * 3)
    assert torch.equal(still.detach(), before)


def test_a_training_with_it_goes_on_from_its_checkpoint(tmp_path):
    images = torch.rand(40, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    options = {"batch_size": 8, "device": "cpu", "seed": 3, "schedule": training.warm_up_and_cosine}
    whole, model = ConvAE(seed=1), ConvAE(seed=1)
    history = training.fit(whole, images, epochs=4, optimizer=Soap(whole.parameters(), every=2), **options)
    file = tmp_path / "training.pt"

    def stop_in_the_third_epoch(model, x):
        stop_in_the_third_epoch.calls += 1
        if stop_in_the_third_epoch.calls > 12:
            raise KeyboardInterrupt
        return training.mse_per_pixel(model, x)

    stop_in_the_third_epoch.calls = 0
    for loss in (stop_in_the_third_epoch, None):
        again = training.fit(
            model, images, epochs=4, loss=loss, optimizer=Soap(model.parameters(), every=2), checkpoint=file, **options
        )
        model = model if loss is None else copy.deepcopy(ConvAE(seed=9))
    assert again.loss == history.loss


def test_a_closure_is_called_and_its_loss_returned():
    weight = nn.Parameter(draw(2, 2))
    optimizer = Soap([weight])

    def closure():
        optimizer.zero_grad()
        loss = weight.square().sum()
        loss.backward()
        return loss

    first = optimizer.step(closure)
    optimizer.step(closure)
    assert optimizer.step(closure) < first


def test_the_rate_rises_first_and_falls_to_zero():
    assert training.warm_up_and_cosine(0) == 0
    assert training.warm_up_and_cosine(0.025) == pytest.approx(0.5)
    assert training.warm_up_and_cosine(0.05) == 1
    assert training.warm_up_and_cosine(0.525) == pytest.approx(0.5)
    assert training.warm_up_and_cosine(1) == pytest.approx(0)
