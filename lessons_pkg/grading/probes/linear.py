"""Exercise 1: what is asked of its answers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet
from lessons_pkg.grading.probes.networks import asked, gradients, refill, sizes

__all__ = ["latent_codes", "linear_ae", "pca_floor", "principal_angles", "training_step"]


def linear_ae(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The model of the drawn code size, and the one that is built without arguments."""
    return {
        "sized": _affine_maps(answer(code_dim=given["code_dim"]), given, given["codes"]),
        "default": _affine_maps(answer(), given, given["default_codes"]),
    }


def _affine_maps(model: Any, given: dict[str, Any], codes: Tensor) -> dict[str, Any]:
    """What comes out for zeros, for one pixel or one number at a time, and for the drawn images and codes."""
    images = given["images"]
    inward = torch.cat([torch.zeros(1, 784), torch.eye(784)]).unflatten(1, (1, 28, 28))
    outward = torch.cat([torch.zeros(1, codes.shape[1]), torch.eye(codes.shape[1])])
    born = {"encode": asked(model, "encode", inward), "decode": asked(model, "decode", outward)}
    refill(model, given["numbers"])
    found = {"born": born, "sizes": sizes(model), "slopes": {}}
    for method, places, values in (("encode", inward, images), ("decode", outward, codes)):
        slopes = []
        for value in (values, torch.zeros_like(values[:1])):
            factors = torch.ones_like(asked(model, method, value))
            slopes.append(max((float(g.abs().max()) for g in gradients(model, method, value, factors)), default=0.0))
        found["slopes"][method] = slopes
        found[method] = {"map": asked(model, method, places), "all": asked(model, method, values)}
        model.eval()
        found[method]["one"] = asked(model, method, values[:1])
        model.train()
    found["forward"] = asked(model, "forward", images)
    return found


class _Small(nn.Module):
    """An autoencoder of two linear layers, whose weights are given."""

    def __init__(self, weights: list[Tensor]) -> None:
        super().__init__()
        self.inward = nn.Linear(784, len(weights[1]))
        self.outward = nn.Linear(len(weights[1]), 784)
        with torch.no_grad():
            for parameter, value in zip(self.parameters(), weights, strict=True):
                parameter.copy_(value)

    def encode(self, x: Tensor) -> Tensor:
        return self.inward(x.flatten(1))

    def decode(self, z: Tensor) -> Tensor:
        return self.outward(z).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def training_step(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """For each optimizer: some steps on batches of different size, each with its loss and the weights after it."""
    runs = []
    for name, settings in given["optimizers"]:
        model = _Small(given["weights"])
        optimizer = getattr(torch.optim, name)(model.parameters(), **settings)
        losses, weights = [], []
        for batch in given["batches"]:
            losses.append(answer(model, optimizer, batch.clone()))
            weights.append([parameter.detach().clone() for parameter in model.parameters()])
        runs.append({"losses": losses, "weights": weights, "training": model.training})
    return {"runs": runs}


def pca_floor(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The floor of each case: images (N, 1, 28, 28) and k."""
    return {"floors": [answer(images, k) for images, k in given["cases"]]}


def principal_angles(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The angles of each case: A (D, p) and B (D, q)."""
    return {"angles": [answer(A.clone(), B.clone()) for A, B in given["cases"]]}


class _Noisy(nn.Module):
    """Encodes by another rule in training mode than in evaluation mode, and notes how many images come at once."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__()
        size = len(given["bias"])
        self.layer, self.norm, self.noise = nn.Linear(784, size), nn.BatchNorm1d(size), nn.Dropout(0.5)
        self.asked: list[int] = []
        with torch.no_grad():
            self.layer.weight.copy_(given["weight"])
            self.layer.bias.copy_(given["bias"])
            self.norm.running_mean.copy_(given["running_mean"])

    def encode(self, x: Tensor) -> Tensor:
        self.asked.append(len(x))
        return self.norm(self.layer(self.noise(x).flatten(1)))

    def decode(self, z: Tensor) -> Tensor:
        return (z @ self.layer.weight).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def latent_codes(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Codes and labels of the sets, each with a batch size (0: the default) and the mode the model comes in."""
    results = []
    for start, stop, batch_size, training in given["cases"]:
        model = _Noisy(given).train(training)
        images, labels = given["images"][start:stop].clone(), given["labels"][start:stop].clone()
        some = ImageSet(images, labels, tuple("0123456789"), "drawn")
        codes, found = answer(model, some, batch_size) if batch_size else answer(model, some)
        results.append(
            {
                "codes": codes,
                "labels": found,
                "gradient": codes.requires_grad,
                "largest": max(model.asked, default=0),
                "training": [module.training for module in model.modules()],
            }
        )
    return {"results": results}
