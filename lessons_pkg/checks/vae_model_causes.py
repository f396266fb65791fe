"""Task 5.4: the network rebuilt from the model's own weights, and what a wrong sample does to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations, product

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks.activations import ACTIVATIONS
from lessons_pkg.checks.values import same

__all__ = ["HIDDEN", "SAMPLES", "Places", "find_places", "logits_of", "name_decoder", "name_posterior", "weights_cause"]

HIDDEN, PIXELS = 400, 784
Parts = dict[str, Tensor]
Cause = tuple[str, str]

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "no activation": lambda v: v,
    **ACTIVATIONS,
    "an exponential": torch.exp,
    "exp(v / 2), which makes a standard deviation of it,": lambda v: (v / 2).exp(),
    "a sigmoid twice": lambda v: torch.sigmoid(torch.sigmoid(v)),
    "a ReLU and then a sigmoid": lambda v: torch.sigmoid(torch.relu(v)),
    "half of the numbers": lambda v: v / 2,
    **{f"a clamp to [-{n}, {n}]": (lambda v, n=n: v.clamp(-n, n)) for n in (2, 3, 4, 5, 6, 8, 10, 15, 20, 30)},
    "a hard tanh": F.hardtanh,
}

# What may stand where a sample of q(z|x) belongs: mean, log variance and standard normal noise -> z.
SAMPLES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "a sample of q(z|x)": lambda m, v, e: m + (v / 2).exp() * e,
    "the mean, no sample: there is no noise": lambda m, v, e: m,
    "a sample of N(0, I), the prior, in place of the posterior": lambda m, v, e: e,
    "a sample whose spread is the variance, not its root": lambda m, v, e: m + v.exp() * e,
    "a sample whose spread is z_log_var itself": lambda m, v, e: m + v * e,
    "a sample with noise of spread 1, whatever z_log_var says": lambda m, v, e: m + e,
    "a sample around 0, without the mean": lambda m, v, e: (v / 2).exp() * e,
    "the mean plus the standard deviation, no noise": lambda m, v, e: m + (v / 2).exp(),
    "uniform noise between 0 and 1": lambda m, v, e: m + (v / 2).exp() * torch.special.ndtr(e),
    "uniform noise between -1 and 1": lambda m, v, e: m + (v / 2).exp() * (2 * torch.special.ndtr(e) - 1),
    "noise shared by all dimensions of an image": lambda m, v, e: m + (v / 2).exp() * e[:, :1],
    "z_log_var, no sample": lambda m, v, e: v,
}


@dataclass(frozen=True)
class Places:
    """Where the model keeps which weights: name -> (place among its parameters, first row, rows)."""

    places: dict[str, tuple[int, int, int]]

    def of(self, model: nn.Module) -> Parts:
        """The weights by their names: views of the model's own, without gradient."""
        parameters = [p.detach() for p in model.parameters()]
        return {name: parameters[i][start : start + rows] for name, (i, start, rows) in self.places.items()}


def _shapes(k: int, *, joint: bool) -> dict[str, tuple[int, ...]]:
    heads = {"heads": (2 * k, HIDDEN), "heads_bias": (2 * k,)}
    if not joint:
        heads = {"mean": (k, HIDDEN), "mean_bias": (k,), "log_var": (k, HIDDEN), "log_var_bias": (k,)}
    return {
        "inward": (HIDDEN, PIXELS), "inward_bias": (HIDDEN,), **heads,
        "outward": (HIDDEN, k), "outward_bias": (HIDDEN,), "pixels": (PIXELS, HIDDEN), "pixels_bias": (PIXELS,),
    }  # fmt: skip


def weights_cause(model: nn.Module, k: int) -> Cause | None:
    """What is missing or additional among the model's weights; None if they are those of the task."""
    have = Counter(tuple(p.shape) for p in model.parameters())
    wanted = Counter(_shapes(k, joint=False).values())
    if have == wanted or have == Counter(_shapes(k, joint=True).values()):
        return None
    missing, extra = (
        sorted(difference.elements(), key=lambda shape: (-len(shape), shape))
        for difference in (wanted - have, have - wanted)
    )
    if not have:
        return "model.parameters() is empty", "Assign layers to self in __init__; a plain list hides them."
    if not extra and sorted(missing) == sorted([(k,), (k, HIDDEN)]):
        return "one Linear layer is shared by z_mean and z_log_var: the two are one and the same, or one is fixed", (
            "Two numbers are said about each dimension: a layer for the mean, and another one for the log variance."
        )
    if not extra and all(len(shape) == 1 for shape in missing):
        return f"no bias of shape {missing[0]}", "All layers have a bias."
    if not missing:
        return f"additional weights of shape {', '.join(map(str, extra))}", "Five Linear layers, and no others."
    if not extra:
        return f"no weights of shape {', '.join(map(str, missing))}", "Is each of the five layers assigned to self?"
    hint = f"784-400-code_dim twice, and code_dim-400-784. Here code_dim is {k}"
    hint += ": is 20 written into a layer?" if any(20 in shape or 40 in shape for shape in extra) else "."
    return f"weights of shape {', '.join(map(str, extra))} where {', '.join(map(str, missing))} belong", hint


@torch.no_grad()
def find_places(model: nn.Module, k: int, x: Tensor, mean: Tensor, log_var: Tensor) -> Places | None:
    """The way to give the weights their names that makes this posterior; None if there is none."""
    for way in _ways(model, k):
        first, second = _posterior(way.of(model), x)
        if same(first, mean) and same(second, log_var):
            return way
    return None


def _ways(model: nn.Module, k: int) -> Iterator[Places]:
    shapes = [tuple(p.shape) for p in model.parameters()]
    joint = (2 * k, HIDDEN) in shapes
    wanted = _shapes(k, joint=joint)
    by_shape = {shape: [i for i, have in enumerate(shapes) if have == shape] for shape in set(wanted.values())}
    names = {shape: [name for name, want in wanted.items() if want == shape] for shape in by_shape}
    orders = [[(shape, order) for order in permutations(by_shape[shape])] for shape in by_shape]
    for choice in product(*orders):
        places = {}
        for shape, order in choice:
            for name, index in zip(names[shape], order, strict=True):
                places[name] = (index, 0, shape[0])
        if not joint:
            yield Places(places)
            continue
        for first in (0, k):
            halves = {
                f"{name}{end}": (places[f"heads{end}"][0], start, k)
                for end in ("", "_bias")
                for name, start in (("mean", first), ("log_var", k - first))
            }
            yield Places({**places, **halves})


def _posterior(p: Parts, x: Tensor, hidden: str = "a ReLU", on_mean: str = "", on_log_var: str = "") -> list[Tensor]:
    h = _ACTIVATIONS[hidden](F.linear(x.flatten(1), p["inward"], p["inward_bias"]))
    heads = F.linear(h, p["mean"], p["mean_bias"]), F.linear(h, p["log_var"], p["log_var_bias"])
    return [_ACTIVATIONS[name or "no activation"](v) for name, v in zip((on_mean, on_log_var), heads, strict=True)]


@torch.no_grad()
def logits_of(p: Parts, z: Tensor, hidden: str = "a ReLU") -> Tensor:
    """The output of the decoder's last layer, as images: (N, k) -> (N, 1, 28, 28)."""
    h = _ACTIVATIONS[hidden](F.linear(z, p["outward"], p["outward_bias"]))
    return F.linear(h, p["pixels"], p["pixels_bias"]).unflatten(1, (1, 28, 28))


@torch.no_grad()
def name_posterior(model: nn.Module, k: int, x: Tensor, mean: Tensor, log_var: Tensor) -> Cause:
    """What is between the layers of the encoder, if it is not a ReLU after the first and nothing else."""
    ways = [way.of(model) for way in _ways(model, k)]
    free = "Both may be any number, also a negative one: no activation on them. z_log_var is a logarithm."
    for parts in ways:
        for on_mean in ("", *_ACTIVATIONS):
            for on_log_var in ("", *_ACTIVATIONS) if not on_mean else ("", on_mean):
                guess = _posterior(parts, x, "a ReLU", on_mean, on_log_var)
                if same(guess[0], mean) and same(guess[1], log_var):
                    named = (("z_mean", on_mean), ("z_log_var", on_log_var))
                    words = [f"{act} on {name}" for name, act in named if act and act != "no activation"]
                    return f"posterior puts {' and '.join(words)}", free
    for parts in ways:
        for hidden in _ACTIVATIONS:
            guess = _posterior(parts, x, hidden)
            if same(guess[0], mean) and same(guess[1], log_var):
                return f"posterior has {hidden} after the first layer, where a ReLU belongs", (
                    "Without an activation two layers in a row are one; and the task asks for ReLU."
                )
    for scaled, words in ((2 * x - 1, "scaled to [-1, 1]"), (x / 255, "divided by 255"), (1 - x, "inverted")):
        for parts in ways:
            guess = _posterior(parts, scaled)
            if same(guess[0], mean) and same(guess[1], log_var):
                return f"posterior works on images that are {words} first", "The images come in [0, 1] and stay so."
    if torch.equal(mean, log_var):
        return "z_mean and z_log_var are the same numbers", "Is the same layer called for both?"
    for parts in ways:
        first, second = _posterior(parts, x)
        if same(second, log_var) or same(first, mean):
            wrong = "z_mean" if same(second, log_var) else "z_log_var"
            return f"{wrong} is not what its layer gives", f"{free} Is it the layer's output that is returned?"
    return "with these weights, the layers in the order of the task give other numbers", (
        "flatten, the 784-400 layer, a ReLU, and two layers side by side on the 400 numbers."
    )


@torch.no_grad()
def name_decoder(model: nn.Module, k: int, z: Tensor, out: Tensor) -> Cause | None:
    """None if decode is what the task says, with the model's weights; else (found, hint)."""
    wrong: list[Cause] = []
    for parts in (way.of(model) for way in _ways(model, k)):
        for hidden in _ACTIVATIONS:
            logits = logits_of(parts, z, hidden)
            for last, function in _ACTIVATIONS.items():
                if not same(function(logits), out):
                    continue
                if (hidden, last) == ("a ReLU", "a sigmoid"):
                    return None
                if last == "no activation":
                    wrong.insert(
                        0, ("decode returns logits: there is no sigmoid at the end", "It gives probabilities.")
                    )
                elif last == "a sigmoid twice":
                    wrong.append(("decode applies a sigmoid twice: no output is below 0.5", "Once is enough."))
                elif last != "a sigmoid":
                    wrong.append((f"decode has {last} at the end, where a sigmoid belongs", "Any number in [0, 1]."))
                else:
                    hint = "Without an activation two layers in a row are one; and the task asks for ReLU."
                    wrong.append((f"decode has {hidden} after its first layer, where a ReLU belongs", hint))
    low, high = out.min().item(), out.max().item()
    return (
        wrong[0]
        if wrong
        else (
            f"with these weights, the layers in the order of the task give other numbers than decode: it gives numbers "
            f"from {low:.3g} to {high:.3g}",
            "The code_dim-400 layer, a ReLU, the 400-784 layer, a sigmoid, and the shape (N, 1, 28, 28).",
        )
    )
