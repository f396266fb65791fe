"""An optimiser for networks of convolutions and large matrices: Muon for the matrices, Adam for the rest."""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["MuonAndAdam"]


class MuonAndAdam:
    """Muon on the weight matrices of all Linear layers, Adam on every other parameter; for ``fit(optimizer=...)``.

    Muon (Jordan et al. 2024) takes the momentum of a matrix and sets all its singular values to about one before it
    steps. Directions with a small gradient, such as the later principal components, move as fast as the first ones,
    which under Adam take many epochs.

    matrix_lr: the step of Muon; lr: that of Adam.
    Raises RuntimeError where torch has no Muon (before 2.9), ValueError if the model has no Linear layer.
    """

    def __init__(self, model: nn.Module, *, matrix_lr: float = 0.02, lr: float = 2e-3) -> None:
        if not hasattr(torch.optim, "Muon"):
            raise RuntimeError(f"torch {torch.__version__} has no optim.Muon: this needs torch 2.9 or later")
        matrices = [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear)]
        if not matrices:
            raise ValueError("this model has no Linear layer, so Muon has nothing to do: use Adam")
        chosen = {id(matrix) for matrix in matrices}
        others = [parameter for parameter in model.parameters() if id(parameter) not in chosen]
        self.optimizers = [torch.optim.Muon(matrices, lr=matrix_lr, weight_decay=0.0)]
        if others:
            fused = others[0].device.type in ("cpu", "cuda")
            self.optimizers.append(torch.optim.Adam(others, lr=lr, fused=fused))

    @property
    def param_groups(self) -> list[dict]:
        return [group for optimizer in self.optimizers for group in optimizer.param_groups]

    def zero_grad(self) -> None:
        for optimizer in self.optimizers:
            optimizer.zero_grad()

    def step(self) -> None:
        for optimizer in self.optimizers:
            optimizer.step()
