"""Exercise 1: one step of training, and the codes of a whole set."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, tensor, value
from lessons_pkg.grading.oracles.networks import drawn, float32, listed

__all__ = ["LatentCodes", "TrainingStep"]


@oracle("1.2", probe="linear:training_step")
class TrainingStep:
    """Each loss, and where each step leads, recomputed with the same optimizer in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        k, sizes = 2 + seed % 3, (4 + seed % 3, 2 + seed % 2, 5)
        step = 1 + 0.1 * (seed % 10)
        return {
            "weights": [drawn(shape, seed + i, 0.05) for i, shape in enumerate(((k, 784), (k,), (784, k), (784,)))],
            "batches": [pictures(n, seed + i) for i, n in enumerate(sizes)],
            # An eps this large, because Adam turns rounding into steps where a gradient is almost zero.
            "optimizers": [
                ["SGD", {"lr": 2 * step, "momentum": 0.8, "weight_decay": 0.01}],
                ["Adam", {"lr": 0.01 * step, "eps": 1e-3}],
            ],
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        runs = listed(found, "runs", len(given["optimizers"]))
        for (name, settings), run in zip(given["optimizers"], runs, strict=True):
            losses, weights = (listed(run, key, len(given["batches"])) for key in ("losses", "weights"))
            if not value(run, "training", bool):
                raise Wrong("the model was left in evaluation mode")
            right = [weight.double().requires_grad_() for weight in given["weights"]]
            optimizer = getattr(torch.optim, name)(right, **settings)
            for place, batch in enumerate(given["batches"]):
                x, before = batch.double().flatten(1), [weight.detach().clone() for weight in right]
                loss = F.mse_loss(F.linear(F.linear(x, right[0], right[1]), right[2], right[3]), x)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                words = f"step {place + 1} with {name}"
                if not isinstance(losses[place], float):
                    raise Wrong(f"{words}: the loss came back as {type(losses[place]).__name__}")
                number(f"{words}: the loss", losses[place], loss.item(), rel=1e-4)
                moved = {str(i): one for i, one in enumerate(listed({words: weights[place]}, words, len(right)))}
                for i, (now, old) in enumerate(zip(right, before, strict=True)):
                    one = float32(moved, str(i), tuple(old.shape))
                    same(f"{words}: how the weights move", one - old, now.detach() - old, rel=5e-3, abs=1e-6)


@oracle("1.5", probe="linear:latent_codes")
class LatentCodes:
    """Row i of codes and labels from image i, in evaluation mode, never more than batch_size images at once."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        n, k, odd = 262 + seed % 20, 3 + seed % 3, 9 + seed % 2 * 2
        return {
            "images": pictures(n, seed),
            "labels": torch.randint(0, 10, (n,), generator=torch.Generator().manual_seed(seed)),
            "weight": drawn((k, 784), seed + 1, 0.1),
            "bias": drawn((k,), seed + 2),
            "running_mean": drawn((k,), seed + 3),
            # From, to, batch size (0: the 256 that are the default), training mode.
            "cases": [[20, 20 + odd, 4, False], [40, 52, 4, True], [60, 67, 50, True], [0, n, 0, False]],
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        results = listed(found, "results", len(given["cases"]))
        for (start, stop, batch_size, training), result in zip(given["cases"], results, strict=True):
            batch_size, words = batch_size or 256, f"{stop - start} images"
            rows = given["images"][start:stop].flatten(1).double()
            target = F.linear(rows, given["weight"].double(), given["bias"].double()) - given["running_mean"].double()
            codes = tensor(result, "codes", tuple(target.shape))
            if not result["codes"].is_floating_point():
                raise Wrong(f"{words}: the codes are no floats")
            same(f"{words} in batches of {batch_size}: the codes", codes, target / (1 + 1e-5) ** 0.5, rel=1e-3)
            labels = tensor(result, "labels", (stop - start,))
            if result["labels"].is_floating_point() or not torch.equal(labels, given["labels"][start:stop].double()):
                raise Wrong(f"{words}: the labels are not those of the rows")
            if value(result, "gradient", bool):
                raise Wrong("the codes carry a gradient")
            if not 0 < value(result, "largest", int) <= batch_size:
                raise Wrong(f"{result['largest']} images at once, where {batch_size} were allowed")
            modes = listed(result, "training")
            if not modes or any(mode is not training for mode in modes):
                raise Wrong("the model was not left in the mode in which it came")
