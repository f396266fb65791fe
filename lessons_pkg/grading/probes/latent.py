"""Exercise 4: what is asked of its answers."""

from __future__ import annotations

from typing import Any

from lessons_pkg.grading.probes.asking import images_of, seed_all
from lessons_pkg.grading.probes.latent_stand_ins import Coder

__all__ = ["class_shares", "decode_grid", "encode_all", "find_hole", "hole_share"]


def encode_all(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The codes of each case (first image, last + 1, batch size or None, training), and what became of the model."""
    found = []
    for start, stop, batch_size, training in given["cases"]:
        model = Coder(given["weights"]).train(training)
        images = images_of(given["images"][start:stop])
        codes = answer(model, images) if batch_size is None else answer(model, images, batch_size)
        modes = [part.training for part in model.modules()]
        found.append({"codes": codes, "modes": modes, "sizes": model.sizes, "statistics": model.norm.running_mean})
    return {"cases": found}


def decode_grid(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The sheet of each case (codes, steps, training), and the modes that the model was left in."""
    found = []
    for codes, steps, training in given["cases"]:
        model = Coder(given["weights"]).train(training)
        sheet = answer(model, codes.clone(), steps)
        found.append({"sheet": sheet, "modes": [part.training for part in model.modules()]})
    return {"cases": found}


def class_shares(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The shares of each case (points, codes, labels, classes), and the evenness of each list of shares."""
    shares, evenness = answer
    return {
        "shares": [shares(*(one.clone() for one in tensors), classes) for *tensors, classes in given["cases"]],
        "evenness": [evenness(one.clone()) for one in given["lists"]],
    }


def hole_share(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The share of holes of each case: points, codes, held-out codes, and the radius where one is given."""
    return {"shares": [answer(*(one.clone() for one in case[:3]), *case[3:]) for case in given["cases"]]}


def find_hole(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The point that is found in each cloud."""
    seed_all(given["seed"])
    return {"points": [answer(codes.clone()) for codes in given["clouds"]]}
