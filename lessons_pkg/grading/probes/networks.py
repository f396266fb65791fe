"""Asking a model: with the weights it was born with, and with weights that the judge has drawn.

Whoever has to answer with somebody else's weights cannot answer from memory.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["asked", "gradients", "outputs", "refill", "sizes", "weights_of"]


def asked(model: Any, method: str, given: Tensor) -> Tensor:
    """model.method(given), on a copy of the input and without its gradient."""
    result = model(given.clone()) if method == "forward" else getattr(model, method)(given.clone())
    return result.detach()


def weights_of(model: Any) -> list[Tensor]:
    """A copy of each parameter, in the model's order."""
    return [parameter.detach().clone() for parameter in model.parameters()]


def sizes(model: Any) -> list[int]:
    """How many numbers each parameter holds, in the model's order."""
    return [parameter.numel() for parameter in model.parameters()]


@torch.no_grad()
def refill(model: Any, numbers: Tensor) -> None:
    """Write numbers (M,) into the parameters, one after the other; after the last number the first comes again."""
    start = 0
    for parameter in model.parameters():
        places = (start + torch.arange(parameter.numel())) % len(numbers)
        parameter.copy_(numbers[places].reshape(parameter.shape))
        start += parameter.numel()


def gradients(model: Any, method: str, given: Tensor, factors: Tensor) -> list[Tensor]:
    """For each parameter the gradient of the sum of factors times output; zeros where none arrives."""
    output = model(given.clone()) if method == "forward" else getattr(model, method)(given.clone())
    parameters = list(model.parameters())
    learned = [parameter for parameter in parameters if parameter.requires_grad]
    found: dict[int, Tensor] = {}
    if learned and output.requires_grad:
        arrived = torch.autograd.grad((output * factors).sum(), learned, allow_unused=True)
        found = {id(one): gradient for one, gradient in zip(learned, arrived, strict=True) if gradient is not None}
    return [found.get(id(parameter), torch.zeros(parameter.shape)) for parameter in parameters]


def outputs(model: Any, inputs: dict[str, Tensor], numbers: Tensor) -> dict[str, Any]:
    """The weights at birth; then, with the drawn numbers as weights, what each method gives: for all and for one."""
    for method, value in inputs.items():  # a lazy layer has its weights only after the first call
        asked(model, method, value)
    found: dict[str, Any] = {"born": weights_of(model), "all": {}, "one": {}}
    refill(model, numbers)
    for method, value in inputs.items():
        found["all"][method] = asked(model, method, value)
        model.eval()
        found["one"][method] = asked(model, method, value[:1])
        model.train()
    return found
