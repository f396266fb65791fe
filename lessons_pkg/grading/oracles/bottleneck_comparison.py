"""Task 3.5: a fair comparison, known by numbers that depend on every model, training and image it should have used."""

from __future__ import annotations

import random
from math import prod
from typing import Any

from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.error_causes import pca_error
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, value
from lessons_pkg.grading.oracles.networks import drawn, listed

__all__ = ["FairComparison"]

# The levels of grey that training leads to, by the place of the seed: what decides who reconstructs better.
LOW, HIGH = (0.30, 0.34, 0.32, 0.36, 0.31), (0.61, 0.58, 0.66, 0.63, 0.60)
# Better in the mean by more than its spread, in the best seed and with each single seed; and yet the two overlap.
BETTER, WORSE = (0.30, 0.33, 0.31, 0.44, 0.32, 0.36, 0.34), (0.46, 0.50, 0.48, 0.49, 0.45, 0.42, 0.47)
EQUAL = (0.41,) * 5


@oracle("3.5", probe="bottleneck_comparison:fair_comparison")
class FairComparison:
    """Errors, sizes, baseline and verdict recomputed; a ValueError, and no training, where it would not be fair."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = random.Random(seed)
        # Darker test images, and none with a white pixel: so no number of the one set is by luck that of the other.
        images = {"train": pictures(70, seed, rank=30), "test": 0.9 * pictures(265, seed + 1, rank=30) ** 2}
        brightness = images["train"].mean().item()
        n, m = draw.randint(2, 4), draw.randint(2, 5)
        shapes = [[n * m * 2], [m, 2, n]], [[m, n], [n * m, 1, 1]], [[n + 4], [n + 4]], [[1, 5], [5, 1]]
        levels = [(LOW, HIGH), (HIGH, LOW), (BETTER, WORSE), (EQUAL, EQUAL)]
        draw.shuffle(levels)
        seeds = draw.sample(range(1000), k=len(BETTER))  # the same ones in each case: what was learned there is over
        cases = [_case(draw, seeds, pair, *sizes, brightness) for pair, sizes in zip(levels, shapes, strict=True)]
        for sizes in ([[12], [12, 2]], [[4, 3, 3], [4, 2, 2]]):  # 12 and 24, 36 and 16 numbers
            cases.append(_case(draw, seeds, (LOW, HIGH), *sizes, brightness))
        for count in (4, 1):
            few = _case(draw, seeds, (LOW, HIGH), [6], [6], brightness)
            few["seeds"] = few["seeds"][:4] if count == 4 else few["seeds"][:1] * 5
            cases.append(few)
        draw.shuffle(cases)
        return {**images, "cases": cases, "keys": ["code_size", "a", "b", "parameters", "baseline", "verdict"]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        cases = given["cases"]
        results, trainings = listed(found, "results", len(cases)), listed(found, "trainings", len(cases))
        for case, result, trained in zip(cases, results, trainings, strict=True):
            sizes = [prod(case[name]["code_shape"]) for name in "ab"]
            words = f"codes {case['a']['code_shape']} and {case['b']['code_shape']}, seeds {case['seeds']}"
            if sizes[0] != sizes[1] or len(set(case["seeds"])) < 5:
                if result != "ValueError" or type(trained) is not int or trained != 0:
                    raise Wrong(f"{words}: expected a ValueError before anything is trained")
            elif result == "ValueError":
                raise Wrong(f"{words}: expected a result, found a ValueError")
            else:
                if trained not in (2 * len(case["seeds"]), 2 * len(set(case["seeds"]))):
                    raise Wrong(f"{words}: {str(trained)[:20]} trainings, expected two for each seed")
                _expect_result(words, given, case, result, sizes[0])


def _case(
    draw: random.Random,
    seeds: list[int],
    levels: tuple[Any, Any],
    a_shape: list[int],
    b_shape: list[int],
    brightness: float,
) -> dict[str, Any]:
    equal = levels[0] == levels[1]
    seeds = draw.sample(seeds, k=len(levels[0]))
    jitter = [0.0 if equal else draw.uniform(-0.01, 0.01) for _ in seeds]
    case: dict[str, Any] = {"seeds": [*seeds, seeds[2]] if equal else seeds, "brightness": draw.uniform(0.3, 0.5)}
    for name, shape, of_name in zip("ab", (a_shape, b_shape), levels, strict=True):
        k = prod(shape)
        aims = [level + more for level, more in zip(of_name, jitter, strict=True)]
        born = [draw.uniform(0.7, 0.9) for _ in seeds]
        if equal and name == "b":
            born = list(case["a"]["born"].values())
        case[name] = {
            "code_shape": shape,
            "grain": 0.0 if equal else 0.02,  # without it, models of equal level are equal in all that they give
            "brighter": draw.uniform(0.1, 0.3),
            "inward": drawn((k, 784), draw.getrandbits(60), 0.05),
            "bias": drawn((k,), draw.getrandbits(60)) if name == "a" else None,
            "outward": drawn((784, k), draw.getrandbits(60), 0.5),
            "born": {str(seed): one for seed, one in zip(seeds, born, strict=True)},
            "taught": {
                str(seed): aim - one - case["brightness"] * brightness
                for seed, aim, one in zip(seeds, aims, born, strict=True)
            },
        }
    return case


def _errors(kind: dict[str, Any], case: dict[str, Any], train: Tensor, test: Tensor) -> list[float]:
    """The test error of each seed, as a new model has it that was trained once on train with that seed."""
    bias = None if kind["bias"] is None else kind["bias"].double()
    code = F.linear(test.flatten(1).double(), kind["inward"].double(), bias)
    rest = kind["grain"] * F.linear(code, kind["outward"].double()) - test.flatten(1).double()
    lift = case["brightness"] * train.mean().item()
    levels = [kind["born"][str(seed)] + kind["taught"][str(seed)] + lift for seed in case["seeds"]]
    return [(level + rest).square().mean().item() for level in levels]


def _expect_result(words: str, given: dict[str, Any], case: dict[str, Any], result: Any, k: int) -> None:
    train, test = given["train"], given["test"]
    if value(result, "code_size", int) != k:
        raise Wrong(f"{words}: code_size is {result['code_size']}, expected {k}")
    right = {name: _errors(case[name], case, train, test) for name in "ab"}
    for name, errors in right.items():
        for seed, one, target in zip(case["seeds"], listed(result, name, len(errors)), errors, strict=True):
            number(f"{words}: error {name} of seed {seed}", value({"error": one}, "error", float), target, rel=1e-4)
    counts = [2 * 784 * k + 784 + (0 if case[name]["bias"] is None else k) for name in "ab"]
    found = listed(result, "parameters", 2)
    if not all(type(one) is int for one in found) or found != counts:
        raise Wrong(f"{words}: parameters {str(found)[:40]}, expected {counts}")
    number(f"{words}: baseline", value(result, "baseline", float), pca_error(train, test, k), rel=1e-3)
    a, b = right.values()
    verdict = "a" if max(a) < min(b) else "b" if max(b) < min(a) else "undecided"
    if value(result, "verdict", str) != verdict:
        raise Wrong(f"{words}: the verdict is {result['verdict'][:20]!r}, expected {verdict!r}")
