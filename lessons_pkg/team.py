"""Several processes that train one model together, as ``torchrun`` starts them: what ``fit`` asks of them.

Each process (rank) holds the whole model and takes its share of every batch; the gradients are averaged, so that all
make the same step. Without torchrun there is one process, and every function here steps aside.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from lessons_pkg.data import as_floats
from lessons_pkg.evaluating import noise_from

__all__ = ["ALONE", "Team", "TeamBroken", "is_first", "join"]

_TORCHRUN = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR")


class TeamBroken(RuntimeError):
    """Another process of the team has ended, so the training cannot go on. The message says what is left of it."""


class _LossModule(nn.Module):
    """``loss(model, x)`` as a module: DDP sees only calls of a module, and a loss may call any method of the model."""

    def __init__(self, model: nn.Module, loss: Callable[[nn.Module, Tensor], Tensor]) -> None:
        super().__init__()
        self.model, self.loss = model, loss

    def forward(self, x: Tensor) -> Tensor:
        return self.loss(self.model, x)


@dataclass(frozen=True)
class Team:
    """The processes of one training, seen from one of them. rank: its number, from 0; size: how many there are."""

    rank: int
    size: int
    device: torch.device

    def noise_seed(self, seed: int) -> int:
        """Another seed on each rank, since the same noise on all would be fewer draws; on rank 0 the seed itself.

        Far apart, so that rank 1 of seed 0 does not draw what rank 0 of seed 1 draws.
        """
        return seed + 1_000_003 * self.rank

    def loss_on(
        self, model: nn.Module, loss: Callable[[nn.Module, Tensor], Tensor], images: Tensor
    ) -> Callable[[Tensor], Tensor]:
        """``step(batch) -> scalar``: the loss on this rank's share of a batch, which is an index into ``images``.

        images: (N, 1, H, W), floats or bytes.
        The mean over the ranks of these scalars is the mean over the images of the batch, and after ``backward`` every
        rank has the gradient of that mean. All ranks begin with the weights and buffers of rank 0.
        """
        if self.size == 1:
            return lambda batch: loss(model, _taken(images, batch))
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        with noise_from(0, self.device):  # DDP must be told if the loss leaves a parameter out, or it waits for it
            left_out = torch.autograd.grad(loss(model, as_floats(images[:1])), trained, allow_unused=True).count(None)
        together = DistributedDataParallel(
            _LossModule(model, loss),
            device_ids=[self.device] if self.device.type == "cuda" else None,
            find_unused_parameters=left_out > 0,
        )

        def step(batch: Tensor) -> Tensor:
            mine = batch[self.rank :: self.size]
            # DDP divides by the number of ranks; a rank without an image takes part all the same, with weight 0.
            return together(_taken(images, mine if len(mine) else batch[:1])) * (len(mine) * self.size / len(batch))

        return step

    def after_epoch(self, model: nn.Module, losses: Tensor) -> Tensor:
        """The mean of ``losses`` over the ranks, (steps,), the same on all; the buffers become those of rank 0.

        Buffers are what a model counts along, such as the running mean of a batch normalisation.
        """
        if self.size == 1:
            return losses
        for buffer in model.buffers():
            dist.broadcast(buffer, 0)
        dist.all_reduce(losses)
        return losses / self.size

    def from_first(self, value: Any) -> Any:
        """What rank 0 gives, on every rank (values that can be pickled)."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, 0, device=self.device)
        return box[0]

    def from_all(self, value: Any) -> list[Any]:
        """What the ranks give, one after the other, on every rank (values that can be pickled)."""
        if self.size == 1:
            return [value]
        values = [None] * self.size
        dist.all_gather_object(values, value)
        return values

    @contextmanager
    def ending_together(self, left: Callable[[], str]) -> Iterator[None]:
        """If another process ends inside, raise TeamBroken with ``left()``, which says what is left of the training.

        The backend's error may tell it, or torchrun, which asks the other processes to end (SIGTERM).
        """
        told = self.size > 1 and threading.current_thread() is threading.main_thread()  # only there signals arrive

        def broken(*_: object) -> None:
            if told:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the end is near: let the message be written in full
            raise TeamBroken(f"a process of the team has ended, and with it this training; {left()}")

        before = signal.signal(signal.SIGTERM, broken) if told else None
        try:
            yield
        except RuntimeError as error:
            if self.size > 1 and _of_the_network(error):
                broken()
            raise
        finally:
            if told and signal.getsignal(signal.SIGTERM) is broken:
                signal.signal(signal.SIGTERM, before)


ALONE = Team(0, 1, torch.device("cpu"))


def is_first() -> bool:
    """Whether this process is the one that prints and writes: rank 0 of torchrun's, or the only one."""
    return os.environ.get("RANK", "0") == "0"


def join(device: torch.device) -> Team:
    """The team that torchrun has started (gloo on the CPU, nccl on CUDA, a GPU for each), else a team of one.

    Raises ValueError for a device on which processes cannot work together, or that has fewer GPUs than processes.
    """
    if not all(name in os.environ for name in _TORCHRUN) or os.environ["WORLD_SIZE"] == "1":
        return Team(0, 1, device)
    if device.type == "cuda":
        mine, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if mine >= there:
            raise ValueError(f"process {mine + 1} of this machine has no GPU of its own: start at most {there}")
        device = torch.device("cuda", mine)
        torch.cuda.set_device(device)  # where nccl keeps the objects it sends
    elif device.type != "cpu":
        raise ValueError(f'several processes work on the CPU or on CUDA, not on {device.type}: use device="cpu"')
    if not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        atexit.register(dist.destroy_process_group)
    return Team(dist.get_rank(), dist.get_world_size(), device)


def _taken(images: Tensor, batch: Tensor) -> Tensor:
    """The images of a batch, an index (n,), as floats: ``images[batch]``, but several times as fast on the CPU."""
    return as_floats(images.index_select(0, batch))


def _of_the_network(error: RuntimeError) -> bool:
    """Whether gloo or nccl raised it. Gloo's is a plain RuntimeError: only words tell it from one of the model."""
    words = ("gloo", "NCCL", "Connection ")
    return not isinstance(error, TeamBroken) and (
        isinstance(error, dist.DistError) or any(w in str(error) for w in words)
    )
