"""Adam for small networks, where torch's own takes longer to get ready for a step than to make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["QuickAdam"]

_EVERY, _TOO_SMALL = 100, 1e-30


class QuickAdam(torch.optim.Adam):
    """torch.optim.Adam, fused: the same kernel and so the same numbers in every digit (Kingma & Ba 2015, algorithm 1).

    torch's ``step`` gathers, sorts and checks the tensors of every parameter each time. Here that is done once, and
    again only when something has changed: other parameters with a gradient, a state that was loaded.

    And it keeps its averages free of denormal numbers (below 1.2e-38), with which a processor computes many times as
    slowly. Where a gradient has become zero, as at a pixel that is always black, the averages shrink by a factor each
    step until they get there. Every hundred steps those below 1e-30 become zero: far too small to move a weight, and
    in a hundred steps none gets from there to where it is slow.
    """

    def __init__(self, params: Any, lr: float = 1e-3) -> None:
        super().__init__(params, lr=lr, fused=True)
        self._until_clearing = _EVERY
        self._ready: list[tuple[dict, list[Tensor], tuple[list[Tensor], list[Tensor], list[Tensor]]]] = []

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        if closure is not None or not self._ready or not self._same_as_before():
            answer = super().step(closure)  # also makes the state of parameters that had none
            self._get_ready()
            return answer
        for group, parameters, (averages, squares, steps) in self._ready:
            torch._foreach_add_(steps, 1)
            beta1, beta2 = group["betas"]
            torch._fused_adam_(
                parameters,
                [parameter.grad for parameter in parameters],
                averages,
                squares,
                [],
                steps,
                lr=group["lr"],
                beta1=beta1,
                beta2=beta2,
                weight_decay=group["weight_decay"],
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
            )
        self._until_clearing -= 1
        if self._until_clearing == 0:
            self._until_clearing = _EVERY
            for *_, (averages, squares, _) in self._ready:
                for values in (*averages, *squares):
                    values.masked_fill_(values.abs() < _TOO_SMALL, 0)
        return None

    # torch wraps the ``step`` of every optimiser for its profiler unless it finds this mark: 20 microseconds a step.
    step.hooked = True

    def zero_grad(self, set_to_none: bool = True) -> None:
        if not set_to_none:
            super().zero_grad(set_to_none=False)
            return
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def load_state_dict(self, state_dict: dict) -> None:
        super().load_state_dict(state_dict)
        self._ready = []

    def add_param_group(self, param_group: dict) -> None:
        super().add_param_group(param_group)
        self._ready = []

    def _get_ready(self) -> None:
        self._ready = []
        for group in self.param_groups:
            parameters = [parameter for parameter in group["params"] if parameter.grad is not None]
            states = [self.state[parameter] for parameter in parameters]
            lists = tuple([state[key] for state in states] for key in ("exp_avg", "exp_avg_sq", "step"))
            self._ready.append((group, parameters, lists))

    def _same_as_before(self) -> bool:
        return all(
            sum(parameter.grad is not None for parameter in group["params"]) == len(parameters)
            and all(parameter.grad is not None for parameter in parameters)
            for group, parameters, _ in self._ready
        )
