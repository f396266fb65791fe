"""What the oracles of models share: weights found by their sizes, and the outputs that these weights must give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.grading.oracles.framework import Wrong, same, tensor, value

__all__ = [
    "assignments",
    "drawn",
    "expect_born",
    "expect_gradients",
    "expect_outputs",
    "filled",
    "first_right",
    "float32",
    "listed",
]

Weights = list[Tensor]  # flat, float64, in the order of the wanted ones


def drawn(shape: tuple[int, ...], seed: int, scale: float = 1.0) -> Tensor:
    """Normal numbers of the given spread. Of the seed the lowest 32 bits count, as torch has it."""
    return scale * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def listed(found: Any, key: str, length: int | None = None) -> list[Any]:
    """found[key], if it is a list, of that length where one is given."""
    one = value(found, key, list)
    if length is not None and len(one) != length:
        raise Wrong(f"{key} has {len(one)} entries, expected {length}")
    return one


def float32(found: Any, key: str, shape: tuple[int, ...]) -> Tensor:
    """found[key] in float64, if it is a finite float32 tensor of that shape."""
    one = tensor(found, key, shape)
    if found[key].dtype != torch.float32:
        raise Wrong(f"{key} holds {str(found[key].dtype).removeprefix('torch.')} numbers, expected float32")
    return one


def filled(sizes: Sequence[int], numbers: Tensor) -> Weights:
    """The numbers that the probe's ``refill`` writes into parameters of these sizes."""
    starts = torch.tensor([0, *sizes]).cumsum(0).tolist()
    places = ((start + torch.arange(size)) % len(numbers) for start, size in zip(starts, sizes, strict=False))
    return [numbers[place].double() for place in places]


def expect_born(found: Any, wanted: Sequence[int]) -> Weights:
    """The weights at birth, one tensor for each of the wanted sizes, whatever their order and shapes."""
    born = listed(found, "born")
    if not all(isinstance(one, Tensor) for one in born):
        raise Wrong("the weights are no tensors")
    sizes = [one.numel() for one in born]
    if sorted(sizes) != sorted(wanted):
        raise Wrong(f"weights and biases of {sorted(sizes)} numbers, expected {sorted(wanted)}")
    places = {str(i): one for i, one in enumerate(born)}
    return [float32(places, key, tuple(one.shape)).flatten() for key, one in places.items()]


def assignments(sizes: Sequence[int], wanted: Sequence[int]) -> Iterator[list[int]]:
    """For each wanted weight the place of a parameter of its size: every way to give them out."""
    kinds = sorted(set(wanted))
    ways = [list(permutations([i for i, size in enumerate(sizes) if size == kind])) for kind in kinds]
    for way in product(*ways):
        left = {kind: list(places) for kind, places in zip(kinds, way, strict=True)}
        yield [left[size].pop(0) for size in wanted]


def first_right(candidates: Iterator[Any], judge: Callable[[Any], None]) -> Any:
    """The first candidate that ``judge`` does not call Wrong; if there is none, what it says of the first."""
    said: Wrong | None = None
    for candidate in candidates:
        try:
            judge(candidate)
        except Wrong as error:
            said = said or error
        else:
            return candidate
    raise said or Wrong("no weights of the right sizes")


def expect_outputs(found: Any, method: str, expected: Tensor) -> None:
    """What the method gave for all inputs in training mode, and for the first one in evaluation mode."""
    for key, right in (("all", expected), ("one", expected[:1])):
        words = f"{method} of {len(right)}"
        one = float32({words: value(found, key, dict).get(method)}, words, tuple(right.shape))
        same(f"{words} with the drawn weights", one, right, rel=1e-3, abs=1e-5)


def expect_gradients(
    found: Any, output: Callable[[Weights], Tensor], factors: Tensor, numbers: Weights, born: Weights, places: list[int]
) -> None:
    """Every parameter has the gradient that the drawn factors give, and at birth one that is not zero.

    output: the right forward as a function of the weights, in the order of places.
    """
    gradients = listed(found, "gradients", len(numbers))
    for weights, at_birth in ((numbers, False), (born, True)):
        leaves = [weights[place].clone().requires_grad_() for place in places]
        right = torch.autograd.grad((output(leaves) * factors.double()).sum(), leaves)
        for place, target in zip(places, right, strict=True):
            if at_birth:
                if not target.abs().max() > 0:
                    raise Wrong(f"at birth {len(target)} weights get no gradient: are they zero?")
                continue
            words = f"the gradient of {len(target)} weights"
            if not isinstance(gradients[place], Tensor):
                raise Wrong(f"{words} is missing")
            one = tensor({words: gradients[place].flatten()}, words, (len(target),))
            # By rounding, a maximum may fall on another pixel, and a unit of a ReLU to the other side.
            same(words, one, target, rel=0.05)
