"""Small trained networks that chapters and explorers begin with, and how each of them was trained.

    model = zoo.load("fashion-ae")        # ready to use, in evaluation mode
    zoo.card("fashion-ae")                # what it is, how it was trained, what it reaches

    python -m lessons_pkg.zoo train fashion-ae     # train it again (goes on where it was interrupted)

The weights lie beside this module as safetensors files in half precision: numbers only, nothing in them is run.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import data, models, optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.progress import progress_bar

__all__ = ["ENTRIES", "Entry", "WeightsUnusable", "card", "load", "names", "train"]

FOLDER = Path(__file__).parent / "weights"


class WeightsUnusable(RuntimeError):
    """A weights file is missing, damaged, or of another network. The message says which command makes it anew."""


@dataclass(frozen=True)
class Entry:
    """How one network is built and trained: Adam with a cosine schedule, images of Fashion-MNIST padded to 32x32.

    side: to which the images are padded. matrix_lr: Muon's, for the weight matrices; None: Adam for all.
    """

    what: str
    build: Callable[[], nn.Module]
    epochs: int
    lr: float = 2e-3
    batch_size: int = 128
    dataset: str = "fashion-mnist"
    side: int = 32
    matrix_lr: float | None = None


def _digits(k: int) -> Entry:
    """Chapter 2's convolutional autoencoder with an FC bottleneck, as the recipe reconstruction_vs_code_size has it."""
    what = f"an autoencoder of digits, a code of {k} numbers"
    build = functools.partial(models.BottleneckAE, k)
    return Entry(what, build, epochs=10, batch_size=256, dataset="mnist", side=28, matrix_lr=0.02)


ENTRIES = {
    "fashion-ae": Entry("the source's autoencoder, a code of 2 numbers", lambda: models.DeepConvAE(2), epochs=10),
    "fashion-vae": Entry("the same network as a VAE, learned pixel variance", lambda: models.ConvVAE(2), epochs=10),
    "fashion-judge": Entry("a classifier of Fashion-MNIST's ten classes", models.Judge, epochs=8),
    **{f"digits-{k}": _digits(k) for k in (2, 8, 16, 32)},
}


def names() -> list[str]:
    return list(ENTRIES)


def load(name: str) -> nn.Module:
    """The trained network, float32 on the CPU, in evaluation mode.

    Raises ValueError for a name that is not in the zoo, WeightsUnusable if its file is missing or damaged.
    """
    model = _entry(name).build()
    weights, _ = _read(name)
    expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    found = {key: tuple(value.shape) for key, value in weights.items()}
    if found != expected:
        differing = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
        raise WeightsUnusable(f"{_path(name)} is of another network: {', '.join(differing)} differ. {_remedy(name)}")
    model.load_state_dict({key: value.float() for key, value in weights.items()})
    return model.eval()


def card(name: str) -> dict[str, Any]:
    """What is known about a network: data, epochs, seconds, parameters, and its figures on the test images."""
    _entry(name)
    return _read(name)[1]


def train(name: str, *, epochs: int | None = None, folder: Path = FOLDER) -> dict[str, Any]:
    """Train a network of the zoo, store its weights in half precision, and return its card.

    Interrupted, it stores nothing and raises KeyboardInterrupt; called again, an autoencoder goes on from the last
    full epoch. epochs: fewer of them, for a trial.
    """
    entry = _entry(name)
    epochs = entry.epochs if epochs is None else epochs
    train_set, test_set = data.load(entry.dataset)
    padded = f", padded to {entry.side}x{entry.side}" if entry.side > train_set.images.shape[-1] else ""
    if padded:
        train_set, test_set = train_set.padded(entry.side), test_set.padded(entry.side)
    # The layout of the numbers in memory, not their values: convolutions on a CPU are faster with channels last.
    model = entry.build().to(memory_format=torch.channels_last)
    checkpoint = Path(platformdirs.user_cache_dir("lessons_pkg")) / "checkpoints" / f"{name}.pt"
    if isinstance(model, models.Judge):
        speed = _train_judge(model, train_set, epochs, entry)
    else:
        muon = entry.matrix_lr and optimizers.MuonAndAdam(model, matrix_lr=entry.matrix_lr, lr=entry.lr)
        history = training.fit(
            model,
            train_set,
            epochs=epochs,
            batch_size=entry.batch_size,
            lr=entry.lr,
            optimizer=muon or None,
            schedule=training.cosine,
            checkpoint=checkpoint,
        )
        if history.note:  # fit hands back what it has: half a training is not what the card would say it is
            raise KeyboardInterrupt(f"{name}: {history.note}. Nothing is stored; the same command goes on from there")
        speed = history.images_per_second  # a training that went on took longer than its last session
    model = model.cpu().to(memory_format=torch.contiguous_format).eval()
    weights = {key: value.half().contiguous() for key, value in model.state_dict().items()}
    model.load_state_dict({key: value.float() for key, value in weights.items()})  # the figures are those of the file
    about = {
        "what": entry.what,
        "data": f"{train_set.name}{padded}, {len(train_set)} images",
        "epochs": epochs,
        "batch_size": entry.batch_size,
        "lr": entry.lr,
        "matrix_lr": entry.matrix_lr,
        "seconds": round(epochs * len(train_set) / speed) if speed else None,  # None: all epochs were done before
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        **_figures(model, test_set),
    }
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / f"{name}.safetensors", metadata={"card": json.dumps(about)})
    checkpoint.unlink(missing_ok=True)  # done: to train it again is to begin anew
    return about


def _train_judge(model: models.Judge, train_set: ImageSet, epochs: int, entry: Entry) -> float:
    """Cross-entropy, Adam, a cosine schedule; gives the images per second.

    No augmentation: what it judges is to look like the data as they are.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=entry.lr)
    generator = torch.Generator().manual_seed(0)
    steps = epochs * math.ceil(len(train_set) / entry.batch_size)
    step, start = 0, time.perf_counter()
    with progress_bar(steps, "training") as bar:
        for _ in range(epochs):
            for batch in torch.randperm(len(train_set), generator=generator).split(entry.batch_size):
                for group in optimizer.param_groups:
                    group["lr"] = entry.lr * training.cosine(step / steps)
                value = F.cross_entropy(model(train_set.images[batch]), train_set.labels[batch])
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                step += 1
                bar.update()
    return epochs * len(train_set) / (time.perf_counter() - start)


@torch.no_grad()
def _figures(model: nn.Module, test_set: ImageSet) -> dict[str, float]:
    if isinstance(model, models.Judge):
        return {"test_accuracy": model.accuracy(test_set.images, test_set.labels)}
    return {"test_mse_per_pixel": training.evaluate(model, test_set, loss=training.mse_per_pixel)}


def _entry(name: str) -> Entry:
    if name not in ENTRIES:
        near = difflib.get_close_matches(name, ENTRIES, n=1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise ValueError(f"the zoo has no {name!r}{meant}; it has {', '.join(ENTRIES)}")
    return ENTRIES[name]


def _path(name: str) -> Path:
    return FOLDER / f"{name}.safetensors"


def _remedy(name: str) -> str:
    return f"Fetch the file anew (git checkout), or train it again: python -m lessons_pkg.zoo train {name}"


def _read(name: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    path = _path(name)
    if not path.is_file():
        raise WeightsUnusable(f"there is no {path}. {_remedy(name)}")
    try:
        with safe_open(path, framework="pt") as file:
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return weights, dict(json.loads(file.metadata()["card"]))
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsUnusable(f"{path} cannot be read ({error}). {_remedy(name)}") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lessons_pkg.zoo", description="The zoo's networks; or train one.")
    parser.add_argument("action", nargs="?", choices=["list", "train"], default="list")
    parser.add_argument("name", nargs="*", help="networks to train")
    options = parser.parse_args(arguments)
    if options.action == "list":
        for name, entry in ENTRIES.items():
            print(f"{name:16} {entry.what}")
        return 0
    if not options.name:
        parser.error(f"which network? One or more of {', '.join(ENTRIES)}")
    for name in options.name:
        _entry(name)  # a slip in the last name is told before the first is trained
    for name in options.name:
        print(json.dumps(train(name), indent=1))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, data.DataUnavailable) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt as interrupt:
        sys.exit(f"interrupted: {interrupt}")
