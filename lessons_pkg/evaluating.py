"""A model as it is measured: standing still, without gradients, with noise that comes from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

__all__ = ["evaluating", "noise_from"]


@contextmanager
def evaluating(model: nn.Module) -> Iterator[tuple[torch.device, torch.dtype]]:
    """Eval mode without gradients, every part's mode restored afterwards; gives the device and type of its weights."""
    modes = [(part, part.training) for part in model.modules()]
    weight = next(model.parameters(), torch.zeros(()))
    model.eval()
    try:
        with torch.no_grad():
            yield weight.device, weight.dtype
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def noise_from(seed: int, device: torch.device) -> Iterator[None]:
    """Noise drawn inside comes from this seed; the random state of the CPU and of the device is left as it was."""
    kept = torch.mps.get_rng_state() if device.type == "mps" else None
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed every device, and for good
        if device.type == "cuda":
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        elif device.type == "mps":
            torch.mps.manual_seed(seed)
        try:
            yield
        finally:
            if kept is not None:
                torch.mps.set_rng_state(kept)
