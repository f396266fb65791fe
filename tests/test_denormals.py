"""The switch for denormal numbers: off inside, as before afterwards."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import training
from lessons_pkg.denormals import denormals_as_zero
from lessons_pkg.models import DenseAE


def half_of_the_smallest() -> float:
    return (torch.full((1,), torch.finfo(torch.float32).tiny) / 2).item()


@pytest.fixture(autouse=True)
def _as_it_was():
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor has no such switch")
    torch.set_flush_denormal(False)
    yield
    torch.set_flush_denormal(False)


@pytest.mark.parametrize("before", [False, True])
def test_inside_they_are_zero_and_afterwards_what_they_were(before):
    torch.set_flush_denormal(before)
    with denormals_as_zero():
        assert half_of_the_smallest() == 0
    assert (half_of_the_smallest() == 0) == before


def test_an_error_inside_gives_the_switch_back():
    with pytest.raises(KeyError), denormals_as_zero():
        raise KeyError
    assert half_of_the_smallest() > 0


def test_a_training_sets_it_and_gives_it_back():
    seen = []

    def loss(model, x):
        seen.append(half_of_the_smallest())
        return training.mse_per_pixel(model, x)

    training.fit(DenseAE(4), torch.rand(6, 1, 28, 28), loss=loss, epochs=1, device="cpu")
    assert seen[-1] == 0
    assert half_of_the_smallest() > 0
