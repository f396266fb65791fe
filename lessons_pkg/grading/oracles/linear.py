"""Exercise 1: linear autoencoders, PCA, and the angles between subspaces."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.linalg
import torch
from torch import Tensor

from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, tensor, value
from lessons_pkg.grading.oracles.networks import drawn, float32, listed

__all__ = ["LinearAE", "PcaFloor", "PrincipalAngles"]

PIXELS = 784
DEFAULT = 32  # numbers in the code of LinearAE()


@oracle("1.1", probe="linear:linear_ae")
class LinearAE:
    """Both ways an affine map of full rank, with drawn weights and with those at birth, and no weight too many."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        k = 4 + seed % 6
        return {
            "code_dim": k,
            # Large ones of both signs too: where an activation bends, it is seen.
            "images": torch.cat([pictures(3, seed), drawn((3, 1, 28, 28), seed, 30)]),
            "codes": torch.cat([drawn((3, k), seed + 1), drawn((3, k), seed + 2, 100)]),
            "default_codes": drawn((3, DEFAULT), seed + 3, 10),
            "numbers": drawn((20011,), seed + 4, 0.05),
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        _expect_affine("LinearAE(code_dim)", value(found, "sized", dict), given["images"], given["codes"])
        _expect_affine("LinearAE()", value(found, "default", dict), given["images"], given["default_codes"])


def _expect_affine(name: str, found: dict[str, Any], images: Tensor, codes: Tensor) -> None:
    k = codes.shape[1]
    shapes = {"encode": (1 + PIXELS, k), "decode": (1 + k, 1, 28, 28)}
    sizes = listed(found, "sizes")
    if not all(type(size) is int and size > 0 for size in sizes) or not 0 < sum(sizes) <= 2 * PIXELS * k + k + PIXELS:
        raise Wrong(f"{name} has other weights than one layer with a bias has each way")
    matrices = {}
    for method, shape in shapes.items():
        slopes = value(value(found, "slopes", dict), method, list)
        if len(slopes) != 2 or not all(type(one) is float and 0 < one < math.inf for one in slopes):
            raise Wrong(f"{name}.{method}: no gradient reaches the weights or the bias")
        born = float32(value(found, "born", dict), method, shape).flatten(1)
        answers = value(found, method, dict)
        places = float32(answers, "map", shape).flatten(1)
        for what, matrix in (("at birth", born), ("with the drawn weights", places)):
            rank = int(torch.linalg.matrix_rank(matrix[1:] - matrix[0], rtol=1e-4))
            if rank != k:
                raise Wrong(f"{name}.{method} {what} has rank {rank}, expected {k}")
        if torch.allclose(born, places, rtol=1e-3, atol=1e-5) or not places[0].abs().max() > 1e-5:
            raise Wrong(f"{name}.{method} does not depend on the parameters, or has no bias")
        matrices[method] = places[1:] - places[0], places[0]

    def applied(method: str, rows: Tensor) -> Tensor:
        matrix, bias = matrices[method]
        return rows.flatten(1).double() @ matrix + bias

    right = {"encode": applied("encode", images), "decode": applied("decode", codes).unflatten(1, (1, 28, 28))}
    for method, target in right.items():
        for key, part in (("all", target), ("one", target[:1])):
            one = float32(found[method], key, tuple(part.shape))
            same(f"{name}.{method} of {len(part)} is not its linear map plus a bias", one, part, rel=1e-3)
    both = applied("decode", right["encode"]).unflatten(1, (1, 28, 28))
    same(f"{name}.forward is not decode after encode", float32(found, "forward", tuple(both.shape)), both, rel=1e-3)


@oracle("1.3", probe="linear:pca_floor")
class PcaFloor:
    """The part of the variance that is outside the first k directions, by singular values in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        few, more = pictures(11 + seed % 7, seed), pictures(60 + seed % 13, seed + 1)
        # With more components than images nothing is left.
        return {"cases": [[few, 1 + seed % 4], [more, 5 + seed % 17], [more, 0], [few, 100 + seed % 500]]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        floors = value(found, "floors", list)
        if len(floors) != len(given["cases"]):
            raise Wrong(f"{len(floors)} floors for {len(given['cases'])} cases")
        for (images, k), floor in zip(given["cases"], floors, strict=True):
            if not isinstance(floor, float):
                raise Wrong(f"a floor came back as {type(floor).__name__}")
            flat = images.flatten(1).double().numpy()
            variances = np.linalg.svd(flat - flat.mean(0), compute_uv=False) ** 2 / flat.size
            slack = 2e-5 * variances.sum() + 1e-9  # what float32 loses
            number(f"{len(images)} images, k={k}", floor, float(variances[k:].sum()), abs=slack)


@oracle("1.4", probe="linear:principal_angles")
class PrincipalAngles:
    """scipy's angles, for bases that are neither orthogonal nor of length one."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = np.random.default_rng(seed)
        cases = []
        for p, q in ((4, 4), (2, 5), (6, 3), (1, 1), (3, 3), (5, 5), (6, 6), (7, 7)):
            rows = 20 + int(draw.integers(15))
            basis = np.linalg.qr(draw.normal(size=(rows, p + q)))[0]
            A, rest, count = basis[:, :p], basis[:, p:], min(p, q)
            angles = draw.uniform(0.1, 1.5, count)
            B = rest.copy()
            B[:, :count] = np.cos(angles) * A[:, :count] + np.sin(angles) * rest[:, :count]
            if p == q and p not in (1, 4):
                B = A  # two bases of one subspace: rounding pushes some cosine above 1
            cases.append([A, B])
        mixed = []
        for pair in cases:
            mixes = [draw.normal(size=(m.shape[1],) * 2) + 2 * np.eye(m.shape[1]) for m in pair]
            mixed.append([torch.tensor(m @ mix).float() for m, mix in zip(pair, mixes, strict=True)])
        return {"cases": mixed}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for (A, B), angles in zip(given["cases"], listed(found, "angles", len(given["cases"])), strict=True):
            words = f"the angles of A {tuple(A.shape)} and B {tuple(B.shape)}"
            target = np.sort(scipy.linalg.subspace_angles(A.double().numpy(), B.double().numpy()))
            one = tensor({words: angles}, words, target.shape)
            if not angles.is_floating_point():
                raise Wrong(f"{words} are no floats")
            same(words, one, torch.from_numpy(target), rel=0, abs=2e-3)
