"""Tasks 6.3 and 6.4: quantised codes, and a probe with few labels."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from lessons_pkg.grading.probes.asking import images_of, refusal, seed_all

__all__ = ["Coder", "few_label_probe", "rate_distortion"]


class Coder(nn.Module):
    """An encoder whose numbers have another size in each dimension, and a decoder that leaves [0, 1] on both sides."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        for name, weight in weights.items():
            self.register_parameter(name, nn.Parameter(weight.clone()))

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"encode takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        seen = (x.flatten(1) @ self.look - self.mean) / self.spread
        return self.centre + self.sizes * (seen + self.bend * seen.square())

    def decode(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != len(self.patterns):
            raise RuntimeError(f"decode takes codes of shape (N, {len(self.patterns)}), not {tuple(z.shape)}")
        return (0.3 + z @ self.patterns).unflatten(1, (1, 28, 28))


def rate_distortion(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Bits and error of each case: weights, training images, test images, step."""
    pairs = []
    for weights, train, test, step in given["cases"]:
        coder = Coder(weights)
        bits, error = answer(coder.encode, coder.decode, images_of(train), images_of(test), step)
        pairs.append([bits, error])
    return {"pairs": pairs}


def few_label_probe(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The accuracies of each case (codes and labels of training and test, per_class) with each of its seeds."""
    seed_all(given["seed"])

    def asked(*case: Any) -> Any:
        return answer(*(one.clone() if isinstance(one, Tensor) else one for one in case))

    accuracies = [[asked(*case, seed) for seed in seeds] for *case, seeds in given["cases"]]
    return {"accuracies": accuracies, "refused": refusal(asked, *given["too_few"])}
