"""The step alone, on tensors in memory: how fast torch itself is here. Not a training that reports anything.

compiled: ``torch.compile`` over the loss, without what an earlier run may have left in its cache. ``first_seconds`` has
the time until the first step was done.
denormals: False takes numbers too small for the ordinary format as zero, which ``fit`` does.
"""

from __future__ import annotations

import os
import time

import torch
from torch.nn import functional as F

from benchmarks.arms.networks import network
from lessons_pkg import data


def run(
    net: str,
    batch_size: int,
    seed: int = 0,
    channels_last: bool = False,
    compiled: bool = False,
    denormals: bool = True,
    epochs: int = 1,
    device: str = "cpu",
) -> dict:
    torch.set_flush_denormal(not denormals)
    if compiled:
        os.environ["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] = "1"  # read when the compiler is first used
    train, _ = data.load("mnist")
    images = train.images.to(device)
    model = network(net, seed).to(device)
    if channels_last:
        model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)

    def loss_of(x: torch.Tensor) -> torch.Tensor:
        return model.loss(x) if net == "vae" else F.mse_loss(model(x), x)

    loss = torch.compile(loss_of) if compiled else loss_of
    order = torch.Generator().manual_seed(seed)
    start, first = time.perf_counter(), None
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=order).to(device).split(batch_size):
            value = loss(images[batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            if first is None:
                first = time.perf_counter() - start
    if device == "cuda":
        torch.cuda.synchronize()
    return {"seconds": (time.perf_counter() - start) / epochs, "first_seconds": first, "last_loss": value.item()}
