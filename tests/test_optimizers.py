"""Muon for the matrices and Adam for the rest: which parameter goes where, and what a step of each does."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lessons_pkg import training
from lessons_pkg.models import BottleneckAE, ConvAE, DenseAE, KerasFCAE, LinearAE, StackedLinearAE, TorchFCAE
from lessons_pkg.optimizers import MuonAndAdam

needs_muon = pytest.mark.skipif(
    not hasattr(torch.optim, "Muon"), reason=f"torch {torch.__version__} has no optim.Muon (2.9 or later has)"
)
MODELS = {
    "linear": lambda: LinearAE(8),
    "tied": lambda: LinearAE(8, tied=True),
    "dense": lambda: DenseAE(8),
    "stacked": lambda: StackedLinearAE((16, 8)),
    "fc": lambda: BottleneckAE(8, channels=4),
    "hidden": lambda: BottleneckAE(8, channels=4, hidden=12),
    "pooled": lambda: BottleneckAE(8, channels=4, bottleneck="pooled"),
    "torch fc": TorchFCAE,
    "keras fc": KerasFCAE,
}


@pytest.fixture
def x():
    return torch.rand(40, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def copies(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters()}


@needs_muon
@pytest.mark.parametrize("name", MODELS)
def test_every_parameter_is_in_exactly_one_of_the_two(name):
    model = MODELS[name]()
    optimizer = MuonAndAdam(model)
    held = [id(parameter) for group in optimizer.param_groups for parameter in group["params"]]
    assert sorted(held) == sorted(id(parameter) for parameter in model.parameters())
    muon, adam = optimizer.optimizers
    assert isinstance(muon, torch.optim.Muon)
    assert isinstance(adam, torch.optim.Adam)
    linear_weights = {id(layer.weight) for layer in model.modules() if isinstance(layer, nn.Linear)}
    assert {id(parameter) for parameter in muon.param_groups[0]["params"]} == linear_weights


@needs_muon
def test_without_biases_there_is_nothing_for_adam():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 4, bias=False), nn.Linear(4, 784, bias=False))
    assert [type(one) for one in MuonAndAdam(model).optimizers] == [torch.optim.Muon]


@needs_muon
def test_each_has_its_own_learning_rate_and_no_weight_decay():
    muon, adam = MuonAndAdam(DenseAE(8), matrix_lr=0.03, lr=0.004).param_groups
    assert (muon["lr"], adam["lr"]) == (0.03, 0.004)
    assert muon["weight_decay"] == adam["weight_decay"] == 0


@needs_muon
def test_muon_moves_along_all_directions_alike_however_unequal_the_gradient_is():
    layer = nn.Linear(64, 16, bias=False)
    optimizer = MuonAndAdam(layer, matrix_lr=0.1)
    draw = torch.Generator().manual_seed(0)
    left = torch.linalg.qr(torch.randn(16, 16, generator=draw))[0]
    right = torch.linalg.qr(torch.randn(64, 16, generator=draw))[0]
    layer.weight.grad = left @ torch.diag(torch.logspace(0, -2, 16)) @ right.T  # singular values from 1 to 1/100
    before = layer.weight.detach().clone()
    optimizer.step()
    step = (before - layer.weight.detach()) / 0.1
    assert torch.linalg.svdvals(layer.weight.grad).aminmax()[0] < 0.011
    sizes = torch.linalg.svdvals(step)
    assert 0.5 < sizes.min() < sizes.max() < 1.5
    along = (left.T @ step @ right).diagonal()  # the directions are the gradient's, and it goes down
    assert (along > 0.5).all()


@needs_muon
def test_it_is_muon_and_adam_side_by_side(x):
    model, same = BottleneckAE(8, channels=4), BottleneckAE(8, channels=4)
    both = MuonAndAdam(model, matrix_lr=0.01, lr=0.003)
    matrices = [same.encoder[3].weight, same.decoder[0].weight]
    others = [parameter for parameter in same.parameters() if parameter.ndim != 2]
    assert len(matrices) + len(others) == len(list(same.parameters()))
    apart = [torch.optim.Muon(matrices, lr=0.01, weight_decay=0), torch.optim.Adam(others, lr=0.003)]
    for _ in range(3):
        both.zero_grad()
        model.loss(x).backward()
        both.step()
        same.zero_grad()
        same.loss(x).backward()
        for one in apart:
            one.step()
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(model.parameters(), same.parameters(), strict=True))


@needs_muon
def test_zero_grad_clears_the_gradients_of_all(x):
    model = BottleneckAE(8, channels=4)
    optimizer = MuonAndAdam(model)
    model.loss(x).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    optimizer.zero_grad()
    assert all(parameter.grad is None for parameter in model.parameters())


@needs_muon
@pytest.mark.parametrize("name", MODELS)
def test_fit_moves_every_parameter_and_lowers_the_loss(name, x):
    model = MODELS[name]()
    before, loss_before = copies(model), training.evaluate(model, x)
    training.fit(model, x, epochs=3, batch_size=20, optimizer=MuonAndAdam(model), device="cpu")
    assert training.evaluate(model, x) < loss_before
    assert [key for key, value in copies(model).items() if torch.equal(value, before[key])] == []


@needs_muon
def test_a_schedule_turns_both_learning_rates_and_gives_them_back(x):
    model = BottleneckAE(8, channels=4)
    optimizer = MuonAndAdam(model, matrix_lr=0.03, lr=0.004)
    seen = []

    class Watched(nn.Module):
        def forward(self, images):
            if self.training:
                seen.append([group["lr"] for group in optimizer.param_groups])
            return model(images)

        def parameters(self, recurse=True):
            return model.parameters(recurse)

    settings = {"epochs": 2, "batch_size": 20, "optimizer": optimizer, "device": "cpu"}
    training.fit(Watched(), x, schedule=lambda done: 1 - done, **settings)
    assert seen == [pytest.approx([0.03 * left, 0.004 * left]) for left in (1, 0.75, 0.5, 0.25)]
    assert [group["lr"] for group in optimizer.param_groups] == [0.03, 0.004]


@needs_muon
def test_at_learning_rate_zero_nothing_moves(x):
    model = BottleneckAE(8, channels=4)
    before = copies(model)
    training.fit(model, x, epochs=1, schedule=lambda done: 0.0, optimizer=MuonAndAdam(model), device="cpu")
    assert all(torch.equal(value, before[key]) for key, value in copies(model).items())


@needs_muon
def test_a_model_without_a_linear_layer_is_refused():
    with pytest.raises(ValueError, match="has no Linear layer, so Muon has nothing to do: use Adam"):
        MuonAndAdam(ConvAE())


def test_a_torch_without_muon_is_named(monkeypatch):
    monkeypatch.delattr(torch.optim, "Muon", raising=False)
    with pytest.raises(RuntimeError, match=r"torch .* has no optim\.Muon: this needs torch 2\.9 or later"):
        MuonAndAdam(DenseAE(8))
