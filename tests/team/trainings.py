"""Many small trainings, by one process or by a team: what each process sees of each goes to rank<n>.pt in a folder.

torchrun --nproc-per-node 2 trainings.py FOLDER; ``run(FOLDER)`` does the same in the process that calls it.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from lessons_pkg import models, optimizers, training

RANK = int(os.environ.get("RANK", "0"))
SMALL = {"image_shape": (1, 4, 4)}
IMAGES = torch.rand(31, 1, 4, 4, generator=torch.Generator().manual_seed(0))


class Noisy(models.LinearAE):
    """Draws noise in its loss, and keeps what it drew."""

    def __init__(self):
        super().__init__(3, seed=0, **SMALL)
        self.drawn = []

    def loss(self, x):
        noise = torch.randn(x.shape)
        if torch.is_grad_enabled():
            self.drawn.append(noise.flatten()[:3].clone())
        return F.mse_loss(self(x + 0.1 * noise), x)


class Counting(nn.Module):
    """With a running mean, which each process counts from its own share."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm2d(1), nn.Conv2d(1, 1, 3, padding=1))

    def forward(self, x):
        return self.layers(x)


def interrupting(at):
    """A loss that is interrupted at its ``at``-th step."""
    calls = []

    def loss(model, x):
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return model.loss(x)

    return loss


def failing(at, what):
    """A loss that goes wrong at its ``at``-th step: "nan" on the last rank only, "error" on all."""
    calls = []

    def loss(model, x):
        calls.append(1)
        if len(calls) == at and what == "error":
            raise RuntimeError("a mistake of the model's author")
        bad = len(calls) == at and int(os.environ.get("WORLD_SIZE", "1")) - 1 == RANK
        return training.mse_per_pixel(model, x) * (math.nan if bad else 1)

    return loss


def run(folder: Path) -> None:
    shown, results = [], {}
    bar = training.progress_bar

    def watched(*args, **options):
        shown.append(options.get("shown", True))
        return bar(*args, **options)

    training.progress_bar = watched

    def fit(name, model, **options):
        settings = {"epochs": 3, "batch_size": 8, "lr": 0.01, "seed": 3, "device": "cpu"} | options
        record = results[name] = {}
        try:
            history = training.fit(model, IMAGES, **settings)
        except Exception as error:
            record["error"] = f"{type(error).__name__}: {error}"
            return
        record["losses"] = [history.loss, history.validation_loss]
        record["state"] = model.state_dict()
        record["drawn"] = list(getattr(model, "drawn", []))

    def linear(seed=RANK):  # other weights in each process: those of the first one count
        return models.LinearAE(3, seed=seed, **SMALL)

    # 31 images: 8 leaves a last batch of 7 (shares of 4 and 3), 15 and 10 one of 1, 31 is one batch of 16 and 15.
    for size in (8, 10, 15, 31, 100):
        fit(f"batch of {size}", linear(), batch_size=size, schedule=training.cosine, validation=IMAGES[:9])
    fit("own loss", models.DenseAE(3, **SMALL), loss=training.bce_per_image)
    model = models.DenseAE(3, **SMALL)
    fit("own optimizer", model, optimizer=optimizers.MuonAndAdam(model))
    model = linear(0)
    model.encoder.bias.requires_grad_(False)
    fit("a frozen part", model)
    fit("an unused part", linear(0), loss=lambda model, x: (model.encode(x) - 0.5).square().mean())
    torch.manual_seed(0)
    fit("running mean", Counting(), validation=IMAGES[:9])
    fit("nan", linear(), loss=failing(6, "nan"))
    fit("error", linear(), loss=failing(6, "error"))

    fit("plain", linear(), checkpoint=folder / f"of rank {RANK}" / "plain.pt", epochs=4)
    fit("noise", Noisy(), epochs=4, validation=IMAGES[:9])
    for name, loss in (("noise, interrupted", interrupting(10)), ("noise, resumed", None)):
        path = folder / f"of rank {RANK}" / "noise.pt"
        fit(name, Noisy(), epochs=4, validation=None, checkpoint=path, loss=loss)
    torch.save({"results": results, "shown": shown}, folder / f"rank{RANK}.pt")


if __name__ == "__main__":
    run(Path(sys.argv[1]))
