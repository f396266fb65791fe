"""Which decoders draw checkerboards, before and after training?

The grey values that repeat with the period of the decoder's grid (two doublings: 4 pixels) are measured on what the
decoder draws of random codes before training, and on the difference between reconstruction and image after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from lessons_pkg import convolution, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, upsampling

PERIOD = 4


@dataclass(frozen=True)
class Settings:
    code_dim: int = 32
    images: int = 20_000
    epochs: int = 2
    batch_size: int = 128
    lr: float = 2e-3


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    values = {}
    subset = train[: settings.images]
    for way in upsampling.WAYS:
        model = upsampling.UpsamplingAE(settings.code_dim, way=way, seed=seed)
        before = repeating(model, random_codes(settings.code_dim, seed))
        # The layout of the numbers in memory, not their values: convolutions on a CPU are faster with channels last.
        model.to(memory_format=torch.channels_last)
        history = training.fit(
            model,
            subset,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            schedule=training.cosine,
            seed=seed,
            device="cpu",
        )
        with torch.no_grad():
            differences = torch.cat([model(x) - x for x in test.images.split(1000)])
        values[way] = {
            "before": before,
            "after": {
                "grey_values": convolution.phase_pattern(differences, PERIOD).std(correction=0).item(),
                "share": convolution.checkerboard(differences, PERIOD),
            },
            "test": training.evaluate(model, test),
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "seconds": round(history.seconds, 1),
        }
    return values


def random_codes(code_dim: int, seed: int, count: int = 500) -> torch.Tensor:
    """Normal codes for a decoder that has not been trained, (count, code_dim)."""
    return torch.randn(count, code_dim, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def repeating(model: nn.Module, codes: torch.Tensor) -> dict[str, float]:
    """How strongly, in grey values, and to what share the decoded images repeat with the decoder's period."""
    images = model.decode(codes)
    return {
        "grey_values": convolution.phase_pattern(images, PERIOD).std(correction=0).item(),
        "share": convolution.checkerboard(images, PERIOD),
    }


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """What the test images themselves have of that period."""
    return {
        "grey_values": convolution.phase_pattern(test.images, PERIOD).std(correction=0).item(),
        "share": convolution.checkerboard(test.images, PERIOD),
    }


RECIPE = Recipe(
    question="Which decoders draw checkerboards, before and after training?",
    settings=Settings(),
    smallest={"images": 64, "epochs": 1},
    run_seed=run_seed,
    reference=reference,
    uses=(base, upsampling, convolution),
    tolerance=0.05,
    tolerances={"after": None, "before": 0.01},  # small differences between large numbers
)
