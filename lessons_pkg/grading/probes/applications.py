"""Exercise 6: what is asked of its answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.grading.probes.applications_stand_ins import Noting, Scored
from lessons_pkg.grading.probes.asking import gradients, images_of, refusal

__all__ = ["anomaly", "denoising"]

# What checks/apps_auroc.py looks for: it cannot be imported in here.
_AREAS = ("roc_auc_score", "roc_curve", "auc", "det_curve", "average_precision_score")
_STATISTICS = ("mannwhitneyu", "somersd", "brunnermunzel", "ranksums")


def denoising(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Noisy images of each case; what becomes of generators and of other kinds; and the loss of each case."""
    add_noise, denoising_loss = answer

    def noisy(levels: Tensor, kind: str, strength: float, generator: torch.Generator) -> Tensor:
        return add_noise(images_of(levels), kind, strength, generator)

    found: dict[str, Any] = {"noisy": [], "repeated": [], "losses": []}
    for levels, kind, strength, seed in given["noisy"]:
        found["noisy"].append(noisy(levels, kind, strength, _generator(seed)))
    for levels, kind, strength, seed, elsewhere in given["repeated"]:
        generator = _generator(seed)
        torch.manual_seed(elsewhere)
        first, second = (noisy(levels, kind, strength, generator) for _ in range(2))
        torch.manual_seed(elsewhere + 1)
        again = noisy(levels, kind, strength, _generator(seed))
        found["repeated"].append([first, second, again, noisy(levels, kind, strength, _generator(seed + 1))])
    levels = given["noisy"][0][0]
    found["refused"] = [refusal(noisy, levels, kind, 0.3, _generator(1)) for kind in given["kinds"]]
    for levels, kind, strength, seed, training, weights in given["losses"]:
        model, generator = Noting(weights).train(training), _generator(seed)
        loss = denoising_loss(model, images_of(levels), kind, strength, generator)
        left = [one.grad is not None for one in model.parameters()]  # by a backward() of its own
        slopes = gradients(loss, list(model.parameters()))
        found["losses"].append(
            {
                "loss": loss.detach(),
                "gradients": slopes,
                "backward": any(left),
                "seen": list(model.seen),
                "modes": [*model.modes, model.training],
                "next": _input(denoising_loss, model, images_of(levels), kind, strength, generator),
                "again": _input(denoising_loss, model, images_of(levels), kind, strength, _generator(seed)),
            }
        )
    return found


def _input(loss: Callable, model: Noting, x: Tensor, kind: str, strength: float, generator: Any) -> list[Tensor]:
    """What the model is given in another call."""
    model.seen.clear()
    loss(model, x, kind, strength, generator)
    return list(model.seen)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def anomaly(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The scores of each case and what became of the model; the areas, and what was called to find them."""
    anomaly_score, auroc = answer
    cases = []
    for levels, training in given["scores"]:
        model = Scored(given["weights"]).train(training)
        scores = anomaly_score(model, images_of(levels))
        modes = [part.training for part in model.modules()]
        cases.append({"scores": scores, "modes": modes, "statistics": model.norm.running_mean})
    seen: set[str] = set()

    def watch(frame: FrameType, event: str, value: Any) -> None:
        if event != "call":
            return
        file, name = frame.f_code.co_filename.replace("\\", "/"), frame.f_code.co_name
        sklearn, scipy = "/sklearn/metrics/" in file and name in _AREAS, "/scipy/stats/" in file and name in _STATISTICS
        if sklearn or scipy or "/torchmetrics/" in file or "/torcheval/" in file:
            seen.add(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        areas = [auroc(*(one.clone() for one in pair)) for pair in given["pairs"]]
    finally:
        sys.setprofile(before)
    return {"cases": cases, "areas": areas, "called": sorted(seen)}
