"""The course's own ``fit``, as a chapter calls it."""

from __future__ import annotations

import time

import torch

from benchmarks.arms.networks import network
from benchmarks.arms.peak import peak_mb
from lessons_pkg import data, training


def run(
    net: str,
    batch_size: int,
    epochs: int = 1,
    seed: int = 0,
    channels_last: bool = False,
    threads: int | None = None,
    device: str = "cpu",
) -> dict:
    if threads:
        torch.set_num_threads(threads)
    start = time.perf_counter()
    train, _ = data.load("mnist")
    model = network(net, seed)
    if channels_last:
        model.to(memory_format=torch.channels_last)
    history = training.fit(model, train, epochs=epochs, batch_size=batch_size, seed=seed, device=device)
    total, peak = time.perf_counter() - start, peak_mb()  # of the training: judging it takes more
    return {
        "seconds": history.seconds / epochs,
        "total": total,
        "peak_mb": peak,
        "loss": history.loss,
        "error": training.evaluate(model, train),
    }
