"""The data of the explorers with maps of codes (js/latent.js, js/walk.js): codes in the plane with a decoder each."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from lessons_pkg import data, latent, zoo
from lessons_pkg.explore import export
from lessons_pkg.models.base import Autoencoder
from lessons_pkg.plots.codes import CLASS_COLOURS

__all__ = ["CODES", "cloud", "digest", "encoded_by", "line", "make_codes", "maps", "of_the_zoo", "stored_codes"]

CODES = Path(__file__).parent / "data" / "fashion-codes.safetensors"
SHOWN = {"autoencoder": "fashion-ae", "VAE": "fashion-vae"}
RADIUS = 3.0  # units; in the plane a fresh code of an evenly spread cloud lies farther with probability 2^-9


def maps(
    models: Mapping[str, Autoencoder],
    codes: Mapping[str, Tensor],
    held_out: Mapping[str, Tensor],
    labels: Tensor,
    class_names: Sequence[str],
    held_out_labels: Tensor | None = None,
) -> dict[str, Any]:
    """What js/latent.js reads. For each name: a model with a code of two numbers, its codes (N, 2), fresh ones (H, 2).

    With held_out_labels, (H,), also what js/walk.js needs: its stops, the first fresh code of each class. No stop is
    chosen by what can be seen there, and all maps have the same images as stops.

    Raises ValueError for a code of another size, or a decoder with layers that the browser's side does not know.
    """
    answer: list[dict[str, Any]] = []
    stops = _first_of_each(held_out_labels)
    for name, model in models.items():
        if codes[name].shape[1:] != (2,):
            raise ValueError(f"{name}: codes of shape {tuple(codes[name].shape)}; a map has two axes, so (N, 2)")
        spec, weights = export.network(model.decoder, (2,))
        shown = torch.from_numpy(np.round(codes[name].double().numpy(), 4))  # as they are sent
        answer.append(
            {
                **cloud(name, shown, held_out[name], labels),
                "spec": spec,
                "weights": base64.b64encode(weights).decode(),
                "stops": held_out[name][list(stops.values())].tolist(),
            }
        )
    rows, columns = answer[0]["spec"]["output"][1:]
    return {
        "classes": list(class_names),
        "colours": list(CLASS_COLOURS),
        "size": [rows, columns],
        "stops": list(stops),
        "maps": answer,
    }


def _first_of_each(labels: Tensor | None) -> dict[int, int]:
    """Of each class, in their order, the place of its first label."""
    values = [] if labels is None else labels.tolist()
    return {label: values.index(label) for label in sorted(set(values))}


def cloud(name: str, codes: Tensor, held_out: Tensor, labels: Tensor) -> dict[str, Any]:
    """What a map is without its decoder: codes (N, 2), their labels (N,), and the unit from fresh codes (H, 2).

    Raises ValueError where the codes do not fill the plane.
    """
    white = latent.whitening(codes)
    distance = torch.cdist(white.apply(held_out), white.apply(codes)).amin(1)
    return {
        "name": name,
        "codes": codes.tolist(),
        "labels": labels.tolist(),
        "mean": white.mean.tolist(),
        "whitening": white.inverse_root.tolist(),
        "unit": float(np.median(distance)),  # as latent.neighbour_distance has it
        "radius": RADIUS,
    }


def of_the_zoo(*names: str) -> dict[str, Any]:
    """The zoo's networks of these names (default: all in SHOWN), with stored codes: needs no data set."""
    shown = {name: SHOWN[name] for name in names or SHOWN}
    stored = stored_codes()
    by_part = {
        part: {name: stored[f"{kind}.{part}"].float() for name, kind in shown.items()} for part in ("codes", "held_out")
    }
    models = {name: zoo.load(kind) for name, kind in shown.items()}
    return maps(
        models,
        **by_part,
        labels=stored["labels"],
        class_names=data.class_names("fashion-mnist"),
        held_out_labels=stored["held_out_labels"],
    )


def line(start: str, end: str, *, steps: int = 8) -> dict[str, Tensor]:
    """What the zoo's networks decode along the straight line between two stops of the walk: name -> (steps, 1, H, W).

    start, end: names of classes of Fashion-MNIST. Needs no data set.
    """
    stored, classes = stored_codes(), data.class_names("fashion-mnist")
    first = _first_of_each(stored["held_out_labels"])
    answer = {}
    for name, kind in SHOWN.items():
        a, b = (stored[f"{kind}.held_out"][first[classes.index(stop)]].float() for stop in (start, end))
        with torch.no_grad():
            answer[name] = zoo.load(kind).decode(torch.lerp(a, b, torch.linspace(0, 1, steps)[:, None]))
    return answer


def stored_codes() -> dict[str, Tensor]:
    """Codes of images of Fashion-MNIST, (N, 2) and (H, 2) for each network of the zoo, and the labels of both."""
    return load_file(CODES)


def make_codes(*, shown: int = 1500, fresh: int = 1000, seed: int = 0) -> None:
    """Encode images of Fashion-MNIST with the zoo's two networks and store the codes beside the weights."""
    train, test = (part.padded(32) for part in data.load("fashion-mnist"))
    some, others = train.take(shown, seed), test.take(fresh, seed)
    stored = {"labels": some.labels.to(torch.uint8), "held_out_labels": others.labels.to(torch.uint8)}
    for kind in SHOWN.values():
        model = zoo.load(kind)
        stored[f"{kind}.codes"] = latent.sampled_codes(model, some, seed=seed).half()
        stored[f"{kind}.held_out"] = latent.sampled_codes(model, others, seed=seed + 1).half()
    save_file(stored, CODES, metadata={kind: digest(kind) for kind in SHOWN.values()})


def digest(kind: str) -> str:
    """Of the weights of a network of the zoo: the codes are stored with it, for another network has other codes."""
    found = hashlib.sha256()
    for _, value in sorted(zoo.load(kind).state_dict().items()):
        found.update(value.half().numpy().tobytes())
    return found.hexdigest()[:16]


def encoded_by() -> dict[str, str]:
    """The digests of the networks whose codes are stored."""
    with safe_open(CODES, "pt") as stored:
        return stored.metadata()
