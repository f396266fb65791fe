"""One epoch with SOAP from a thumbnail: the course's shortest way to the error that the source reaches after thirty."""

from __future__ import annotations

import time

from lessons_pkg import data, training
from lessons_pkg.quick_conv import train_quickly


def run(seed: int = 0, device: str = "cpu") -> dict:
    start = time.perf_counter()
    train, _ = data.load("mnist")
    model, history = train_quickly(train, seed=seed, device=device)
    total = time.perf_counter() - start
    return {"seconds": history.seconds, "total": total, "loss": history.loss, "error": training.evaluate(model, train)}
