"""Exercise 5, the three formulas: what is asked of them."""

from __future__ import annotations

from typing import Any

import torch

from lessons_pkg.grading.probes.asking import gradients, images_of, refusal

__all__ = ["kl", "negative_elbo", "sample"]


def sample(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Samples of small pairs and of a large one, the same one twice after one seed, and gradients."""
    torch.manual_seed(given["seed"])
    small = [[answer(mean.clone(), log_var.clone()) for _ in range(2)] for mean, log_var in given["small"]]
    large = answer(*(one.clone() for one in given["large"]))
    mean, log_var = given["small"][0]
    seeded = []
    for seed in (given["seed"], given["seed"] + 1, given["seed"]):
        torch.manual_seed(seed)
        seeded.append(answer(mean.clone(), log_var.clone()))
    leaves = [mean.clone().requires_grad_(), log_var.clone().requires_grad_()]
    z = answer(*leaves)
    slopes = gradients((given["weight"] * z).sum(), leaves)
    return {"small": small, "large": large, "seeded": seeded, "z": z, "gradients": slopes}


def kl(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The divergences of each pair, and the gradients of a weighted sum of those of the first."""
    values = [answer(mean.clone(), log_var.clone()) for mean, log_var in given["pairs"]]
    leaves = [one.clone().requires_grad_() for one in given["pairs"][0]]
    return {"values": values, "gradients": gradients((given["weight"] * answer(*leaves)).sum(), leaves)}


def negative_elbo(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The loss of each case, the gradients of the first, and what is raised for pixels of other kinds."""
    cases = [[images_of(levels), *rest] for levels, *rest in given["cases"]]
    values = [answer(*(one.clone() for one in case)) for case in cases]
    x, *rest = cases[0]
    leaves = [one.clone().requires_grad_() for one in rest]
    slopes = gradients(answer(x.clone(), *leaves), leaves)
    refused = []
    for low, high in given["ranges"]:
        refused.append(refusal(answer, low + (high - low) * x, *(one.clone() for one in rest)))
    for level in given["levels"]:
        other = x.clone()
        other.view(-1)[given["pixel"]] = level
        refused.append(refusal(answer, other, *(one.clone() for one in rest)))
    return {"values": values, "gradients": slopes, "refused": refused}
