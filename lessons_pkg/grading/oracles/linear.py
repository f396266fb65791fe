"""Exercise 1: linear autoencoders and PCA."""

from __future__ import annotations

from typing import Any

import numpy as np

from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, value

__all__ = ["PcaFloor"]

PIXELS = 784


@oracle("1.3", probe="linear:pca_floor")
class PcaFloor:
    """The part of the variance that is outside the first k directions, by singular values in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        few, more = pictures(11 + seed % 7, seed), pictures(60 + seed % 13, seed + 1)
        return {"cases": [[few, 1 + seed % 4], [more, 5 + seed % 17], [more, 0]]}

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
