"""Where a long training can go on: its state after an epoch, written and read again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.team import ALONE, Team

__all__ = ["Checkpoint", "CheckpointMismatch", "epochs_in"]


class CheckpointMismatch(ValueError):
    """A checkpoint of another training. The message says what differs and how to begin anew."""


@dataclass(frozen=True)
class Checkpoint:
    """A file with all that the next epoch depends on: weights, the optimiser, the order of images, the noise.

    plan: what must be the same for the training to go on. optimizer: a torch optimizer, or one that lists several as
    ``optimizers``. order: the generator that shuffles; the noise is that of the device's own generator.
    team: where several processes train together, the first reads and writes the file for all of them. All but the
    noise is the same in each, so that another number of processes can go on from it.
    """

    path: Path
    plan: dict[str, Any]
    model: nn.Module
    optimizer: Any
    order: torch.Generator
    device: torch.device
    team: Team = ALONE

    def save(self, history: Any) -> None:
        """Write the state, with a history of plain values; through a second file, so an interrupt loses nothing."""
        noise, *noise_of_others = self.team.from_all(_noise(self.device))
        if self.team.rank != 0:
            return
        state = {
            "plan": self.plan,
            "history": history,
            "model": self.model.state_dict(),
            "optimizers": [part.state_dict() for part in self._optimizers()],
            "order": self.order.get_state(),
            "noise": noise,
            "noise of the other processes": noise_of_others,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_name(self.path.name + ".part")
        torch.save(state, half)
        half.replace(self.path)

    def restore(self) -> Any:
        """Put everything back to where ``save`` left it and return the history; None if there is no file yet.

        Reads tensors and plain values only, no code. Raises CheckpointMismatch for a file of another training.
        """
        content = self.team.from_first(self.path.read_bytes() if self.path.is_file() else None)
        if content is None:
            return None
        try:
            state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
            stored = state["plan"]
        except Exception as error:
            raise CheckpointMismatch(f"{self.path} is no checkpoint ({error}): remove it to begin anew") from error
        keys = sorted(self.plan.keys() | stored.keys())
        told = [f"{key} was {stored.get(key)!r}, is {self.plan.get(key)!r}" for key in keys]
        told = [line for line, key in zip(told, keys, strict=True) if stored.get(key) != self.plan.get(key)]
        if told:
            raise CheckpointMismatch(f"{self.path} is of another training ({', '.join(told)}): remove it to begin anew")
        try:
            self.model.load_state_dict(state["model"])
            for part, values in zip(self._optimizers(), state["optimizers"], strict=True):
                part.load_state_dict(values)
            self.order.set_state(state["order"])
            noise = [state["noise"], *state.get("noise of the other processes", [])]
            if self.team.rank < len(noise):  # a process more than were there then keeps the noise of its own seed
                _set_noise(self.device, noise[self.team.rank])
        except Exception as error:
            raise CheckpointMismatch(
                f"{self.path} does not fit this training ({error}): remove it to begin anew"
            ) from error
        return state["history"]

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        return getattr(self.optimizer, "optimizers", [self.optimizer])


def epochs_in(path: str | Path) -> int:
    """How many epochs the checkpoint of a ``fit`` holds; 0 where there is no such file."""
    if not Path(path).is_file():
        return 0
    losses, *_ = torch.load(path, map_location="cpu", weights_only=True)["history"]
    return len(losses)


def _noise(device: torch.device) -> Tensor:
    if device.type == "cuda":
        return torch.cuda.get_rng_state(device)
    return torch.mps.get_rng_state() if device.type == "mps" else torch.get_rng_state()


def _set_noise(device: torch.device, state: Tensor) -> None:
    if device.type == "cuda":
        torch.cuda.set_rng_state(state, device)
    elif device.type == "mps":
        torch.mps.set_rng_state(state)
    else:
        torch.set_rng_state(state)
