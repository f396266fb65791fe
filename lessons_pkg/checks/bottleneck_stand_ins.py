"""Two small models and a training that only pretends, for task 3.5: everything that is done to them is written down."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.values import pictures

__all__ = ["Bench", "Run", "StandIn", "error_of"]

UNTRAINED = 0.9


class StandIn(nn.Module):
    """An autoencoder that paints the whole image in one grey, its level, and a little of the code on top.

    name: "a" or "b"; seed: the one it was made with; code_shape: of one image's code; grain: how much of the code is
    seen. In training mode it is brighter, as a model with dropout would be another one then.
    """

    steps: Tensor

    def __init__(self, name: str, seed: Any, code_shape: tuple[int, ...], grain: float = 0.001) -> None:
        super().__init__()
        self.grain = grain
        self.register_buffer("steps", torch.zeros(5))  # is in state_dict(), and no parameter
        self.name, self.seed, self.code_shape = name, seed, code_shape
        self.inward = nn.Linear(784, prod(code_shape), bias=name == "a")
        self.outward = nn.Linear(prod(code_shape), 784)
        self.level = UNTRAINED

    def encode(self, x: Tensor) -> Tensor:
        if x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"encode takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        return self.inward(x.flatten(1)).unflatten(1, self.code_shape)

    def decode(self, z: Tensor) -> Tensor:
        level = self.level + (0.21 if self.training else 0.0)
        return level + self.grain * self.outward(z.flatten(1)).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def untrained(self) -> StandIn:
        twin = copy.deepcopy(self)
        twin.level = UNTRAINED
        return twin


@dataclass
class Run:
    """One call of fit: the model, the images that it learned from, and the seed."""

    model: StandIn
    images: Tensor
    seed: Any


class Bench:
    """What compare is given, and a record of what it does.

    levels: for A and for B, the level that training gives to the model of the i-th seed. code_shapes: of one image.
    grain: 0 makes models of equal level equal in all that they give.
    """

    def __init__(
        self,
        levels: tuple[Sequence[float], Sequence[float]],
        seeds: Sequence[int],
        a_shape: tuple[int, ...],
        b_shape: tuple[int, ...],
        seed: int,
        grain: float = 0.001,
    ) -> None:
        # Darker test images, and none with a white pixel: so no number of the one set is by luck that of the other.
        # More than a batch of them, and a number that no usual batch divides.
        self.train, self.test = pictures(80, seed, rank=30), 0.9 * pictures(277, seed + 100, rank=30) ** 2
        self.code_shapes, self.grain = (a_shape, b_shape), grain
        self.numbers = prod(a_shape)
        self.models = StandIn("a", None, a_shape), StandIn("b", None, b_shape)
        self.runs: list[Run] = []
        self._levels = {
            (name, one): of_name[place % len(of_name)]
            for name, of_name in zip("ab", levels, strict=True)
            for place, one in enumerate(seeds)
        }

    def maker(self, name: str) -> Callable[[Any], StandIn]:
        shape = self.code_shapes["ab".index(name)]

        def make(seed: Any) -> StandIn:
            return StandIn(name, seed, shape, self.grain)

        return make

    def fit(self, model: StandIn, images: Tensor, seed: Any) -> None:
        """As a training does, it leaves the model in training mode."""
        if not isinstance(model, StandIn):
            raise TypeError(f"fit(model, images, seed): the model is {type(model).__name__}, not one that make_ gave")
        if not isinstance(images, Tensor):
            raise TypeError(f"fit(model, images, seed): the images are {type(images).__name__}, not a tensor")
        known = any(run.model is model for run in self.runs)
        level = self._levels.get((model.name, seed), 0.5)
        model.level = model.level - 0.05 if known else level
        model.train()
        self.runs.append(Run(model, images.detach().clone(), seed))

    def trained(self, name: str, seed: int) -> StandIn:
        return next(run.model for run in self.runs if run.model.name == name and run.seed == seed)

    def counts(self, of: Callable[[StandIn], Iterable[Tensor]] = StandIn.parameters) -> tuple[int, ...]:
        """How many numbers there are in these tensors of A, and of B."""
        return tuple(sum(tensor.numel() for tensor in of(model)) for model in self.models)


@torch.no_grad()
def error_of(model: StandIn, images: Tensor, *, training: bool = False) -> float:
    """Mean squared error per pixel; the model is left in the mode it came in."""
    before = model.training
    out = model.train(training)(images)
    model.train(before)
    return (out - images).square().mean().item()
