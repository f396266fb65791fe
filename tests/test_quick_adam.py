"""QuickAdam is torch's Adam, in every digit, whatever happens between two steps."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessons_pkg.models import ConvAE, DenseAE
from lessons_pkg.quick_adam import QuickAdam


@pytest.fixture
def x():
    return torch.rand(12, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def theirs(parameters, lr=1e-3):
    return torch.optim.Adam(parameters, lr=lr, fused=True)


def train(model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, steps: int) -> None:
    for _ in range(steps):
        loss = F.mse_loss(model(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def assert_same_weights(one: nn.Module, other: nn.Module) -> None:
    for (name, a), (_, b) in zip(one.named_parameters(), other.named_parameters(), strict=True):
        assert torch.equal(a, b), name


@pytest.mark.parametrize("build", [ConvAE, DenseAE])
def test_its_weights_are_those_of_torch_in_every_digit(build, x):
    models = [build(seed=0), build(seed=0)]
    for model, make in zip(models, (QuickAdam, theirs), strict=True):
        optimizer = make(model.parameters(), lr=3e-3)
        train(model, optimizer, x, 4)
        optimizer.param_groups[0]["lr"] = 1e-2  # as a schedule does
        train(model, optimizer, x, 4)
    assert_same_weights(*models)


def test_a_weight_that_is_frozen_and_thawed_keeps_pace(x):
    models = [DenseAE(8, seed=0), DenseAE(8, seed=0)]
    for model, make in zip(models, (QuickAdam, theirs), strict=True):
        optimizer = make(model.parameters())
        for frozen in (False, True, False):
            model.encoder.weight.requires_grad_(not frozen)
            train(model, optimizer, x, 3)
    assert_same_weights(*models)


def test_one_weight_frozen_and_another_thawed_at_once_is_noticed(x):
    models = [DenseAE(8, seed=0), DenseAE(8, seed=0)]
    for model, make in zip(models, (QuickAdam, theirs), strict=True):
        optimizer = make(model.parameters())
        model.encoder.weight.requires_grad_(False)
        train(model, optimizer, x, 3)
        model.encoder.weight.requires_grad_(True)
        model.decoder.weight.requires_grad_(False)
        train(model, optimizer, x, 3)
    assert_same_weights(*models)


def test_a_group_that_comes_later_learns_at_its_own_rate(x):
    models = [DenseAE(8, seed=0), DenseAE(8, seed=0)]
    for model, make in zip(models, (QuickAdam, theirs), strict=True):
        optimizer = make(model.encoder.parameters())
        train(model, optimizer, x, 2)
        optimizer.add_param_group({"params": list(model.decoder.parameters()), "lr": 5e-3})
        train(model, optimizer, x, 3)
    assert_same_weights(*models)


def test_a_state_that_was_loaded_is_the_one_it_goes_on_from(x):
    model, again = DenseAE(8, seed=0), DenseAE(8, seed=0)
    optimizer, other = QuickAdam(model.parameters()), QuickAdam(again.parameters())
    train(model, optimizer, x, 3)
    kept = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    train(again, other, x, 5)  # a past of its own, which must not show
    again.load_state_dict(kept[0])
    other.load_state_dict(kept[1])
    train(model, optimizer, x, 3)
    train(again, other, x, 3)
    assert_same_weights(model, again)


def test_its_state_can_be_read_by_torchs_adam(x):
    model = DenseAE(8, seed=0)
    optimizer = QuickAdam(model.parameters())
    train(model, optimizer, x, 3)
    adam = theirs(model.parameters())
    adam.load_state_dict(optimizer.state_dict())
    assert [state["step"].item() for state in adam.state.values()] == [3] * 4


@pytest.mark.parametrize("make", [QuickAdam, theirs])
def test_weights_that_have_nothing_to_learn_leave_no_denormal_numbers_behind(make, x):
    """Torch's own Adam does; both end with the same weights all the same."""
    model = DenseAE(8, seed=0)
    black = x.clone()
    black[:, :, :20] = 0
    optimizer = make(model.parameters(), lr=1e-3)
    train(model, optimizer, x, 2)
    train(
        model, optimizer, black, 1100
    )  # the gradients of the upper rows' weights in the encoder are zero from here on
    averages = [optimizer.state[model.encoder.weight][key].abs() for key in ("exp_avg", "exp_avg_sq")]
    denormal = sum(int(((values > 0) & (values < torch.finfo(torch.float32).tiny)).sum()) for values in averages)
    assert (denormal > 0) == (make is theirs)
    expected = DenseAE(8, seed=0)
    other = theirs(expected.parameters(), lr=1e-3)
    train(expected, other, x, 2)
    train(expected, other, black, 1100)
    assert_same_weights(model, expected)


def test_gradients_are_cleared_or_set_to_zero(x):
    model = DenseAE(8, seed=0)
    optimizer = QuickAdam(model.parameters())
    train(model, optimizer, x, 1)
    optimizer.zero_grad(set_to_none=False)
    assert all((parameter.grad == 0).all() for parameter in model.parameters())
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_closure_is_called_and_its_loss_returned(x):
    model = DenseAE(8, seed=0)
    optimizer = QuickAdam(model.parameters())

    def closure():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x)
        loss.backward()
        return loss

    first = optimizer.step(closure)
    assert optimizer.step(closure) < first
