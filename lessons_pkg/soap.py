"""SOAP: Adam in the coordinates in which the gradients of a weight matrix are least entangled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Soap"]


class Soap(torch.optim.Optimizer):
    """Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al. 2025, algorithm 3), for small networks.

    A weight is taken as a matrix, rows by the rest: a convolution (out, in, h, w) as (out, in * h * w). For each side
    of it an average of the gradient times itself is kept; its eigenvectors are the coordinates that Adam works in. They
    are turned after by one step of orthogonal iteration every ``every`` steps. A vector has one side.

    betas: averages of the gradient and of its square; shampoo_beta: of the two sides; eps: as in Adam.
    The first step only begins the averages and moves nothing, as in the paper's own code.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 3e-3,
        *,
        betas: tuple[float, float] = (0.95, 0.95),
        shampoo_beta: float = 0.95,
        eps: float = 1e-8,
        every: int = 10,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "shampoo_beta": shampoo_beta, "eps": eps, "every": every})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        answer = None
        if closure is not None:
            with torch.enable_grad():
                answer = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return answer

    def _move(self, parameter: Tensor, group: dict[str, Any]) -> None:
        gradient = parameter.grad.reshape(len(parameter), -1) if parameter.ndim else parameter.grad.reshape(1, 1)
        state = self.state[parameter]
        if not state:
            state["step"] = 0
            state["average"], state["square"] = torch.zeros_like(gradient), torch.zeros_like(gradient)
            for side, other in (("left", gradient.mT), ("right", gradient)):
                # A side of one number has nothing to turn.
                state[side] = other.mT @ other if other.shape[1] > 1 else None
                state[f"{side} basis"] = None if state[side] is None else torch.linalg.eigh(state[side])[1].flip(1)
            return
        state["step"] += 1
        beta1, beta2 = group["betas"]
        turned = _turn(gradient, state["left basis"], state["right basis"])
        # The average of the gradient is kept in the weight's own coordinates: these do not move under it.
        state["average"].lerp_(gradient, 1 - beta1)
        state["square"].mul_(beta2).addcmul_(turned, turned, value=1 - beta2)
        average = _turn(state["average"], state["left basis"], state["right basis"])
        root = (state["square"] / (1 - beta2 ** state["step"])).sqrt_().add_(group["eps"])
        move = _turn_back(average / root, state["left basis"], state["right basis"])
        parameter.sub_(move.reshape(parameter.shape), alpha=group["lr"] / (1 - beta1 ** state["step"]))
        for side, other in (("left", gradient.mT), ("right", gradient)):
            if state[side] is not None:
                state[side].lerp_(other.mT @ other, 1 - group["shampoo_beta"])
        if state["step"] % group["every"] == 0:
            self._turn_bases(state)

    @staticmethod
    def _turn_bases(state: dict[str, Any]) -> None:
        """One step of orthogonal iteration; columns, and the squares with them, in the order of their eigenvalues."""
        for dim, side in enumerate(("left", "right")):
            if state[side] is not None:
                basis = state[f"{side} basis"]
                power = state[side] @ basis
                order = (basis * power).sum(0).argsort(descending=True)
                state["square"] = state["square"].index_select(dim, order)
                state[f"{side} basis"] = torch.linalg.qr(power[:, order])[0]


def _turn(matrix: Tensor, left: Tensor | None, right: Tensor | None) -> Tensor:
    matrix = matrix if left is None else left.mT @ matrix
    return matrix if right is None else matrix @ right


def _turn_back(matrix: Tensor, left: Tensor | None, right: Tensor | None) -> Tensor:
    matrix = matrix if left is None else left @ matrix
    return matrix if right is None else matrix @ right.mT
