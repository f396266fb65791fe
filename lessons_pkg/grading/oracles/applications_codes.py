"""Tasks 6.3 and 6.4: quantised codes, and a probe with few labels."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.apps_probe import ENOUGH, SEEDS
from lessons_pkg.checks.apps_probe_cases import Ladder, alike, all_labelled, ladder, spread_apart
from lessons_pkg.checks.apps_probe_causes import Case, accuracy_of
from lessons_pkg.checks.apps_rate_causes import rate_of
from lessons_pkg.checks.apps_rate_error_causes import error_of
from lessons_pkg.checks.apps_rate_stand_ins import steady
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, expect_refused, float_of, listed
from lessons_pkg.grading.probes.applications_codes import Coder
from lessons_pkg.grading.probes.asking import images_of

__all__ = ["FewLabelProbe", "RateDistortion"]

NAMES = ("codes_train", "labels_train", "codes_test", "labels_test", "per_class")


@oracle("6.3", probe="applications_codes:rate_distortion")
class RateDistortion:
    """-log2 p by histograms of the training symbols, and the error of what is rebuilt. No code lies near a border."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)

        def steps(low: float, high: float) -> float:
            return round(low + (high - low) * torch.rand((), generator=draw).item(), 3)

        kinds = (
            ((3.0, 1.0, 0.4), steps(0.3, 0.8), 200 + seed % 61, 100),
            ((2.0, 0.0, 5.0, 0.7, 1.2), steps(1.0, 1.7), 150, 60 + seed % 37),
            ((4.0,), steps(0.05, 0.09), 80, 64),
            ((0.6, 1.5), steps(30.0, 50.0), 100, 120),
            ((1.0, 2.5, 0.3, 0.5), steps(0.15, 0.3), 120, 1),
        )
        return {"cases": [_coded(*kind, another_seed(draw)) for kind in kinds]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        pairs = listed(found, "pairs", len(given["cases"]))
        for (weights, train, test, step), pair in zip(given["cases"], pairs, strict=True):
            coder = Coder(weights).requires_grad_(False)
            known, fresh = images_of(train), images_of(test)
            codes = coder.encode(fresh)
            words = f"{len(fresh)} images, {codes.shape[1]} dimensions, step {step:g}"
            bits, error = listed({"pair": pair}, "pair", 2)
            number(f"bits of {words}", float_of("bits", bits), rate_of(coder.encode(known), codes, step), rel=1e-4)
            number(f"error of {words}", float_of("error", error), error_of(coder.decode, codes, fresh, step), rel=2e-4)


def _coded(sizes: tuple[float, ...], step: float, train: int, test: int, seed: int) -> list[Any]:
    """A case whose test images get symbols that training never saw: some are negatives."""
    draw = torch.Generator().manual_seed(seed)
    known, fresh = pictures(train + test + 160, seed).split([train + 80, test + 80])
    fresh[1::17] = 1 - fresh[1::17]
    known, fresh = as_bytes(known), as_bytes(fresh)
    k, spread = len(sizes), torch.tensor(sizes)
    look = torch.randn(784, k, generator=draw) / 28
    seen = images_of(known).flatten(1) @ look
    weights = {
        "look": look,
        "mean": seen.mean(0),
        "spread": seen.std(0),
        "sizes": spread,
        "bend": 0.1 + 0.2 * torch.rand(k, generator=draw),
        "centre": 0.3 + 1.5 * torch.rand(k, generator=draw),
        "patterns": 0.12 * torch.randn(k, 784, generator=draw) / spread.where(spread > 0, 1.0)[:, None],
    }
    coder = Coder(weights).requires_grad_(False)
    known, fresh = (levels[steady(coder.encode(images_of(levels)), step)] for levels in (known, fresh))
    return [weights, known[:train], fresh[:test], step]


@oracle("6.4", probe="applications_codes:few_label_probe")
class FewLabelProbe:
    """One right number where the draw makes no difference; and a ladder from which the drawn images can be read."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        cases = [spread_apart(another_seed(draw)), alike(another_seed(draw), 1 + seed % 3)]
        cases.append(all_labelled(another_seed(draw), 5 + seed % 4))
        seeds = [[another_seed(draw) for _ in range(3)] for _ in cases]
        drawn = [ladder(another_seed(draw), per_class, (seed + per_class) % 3) for per_class in (1, 2)]
        cases += [rungs.case for rungs in drawn]
        for rungs in drawn:
            some = [another_seed(draw) for _ in range(SEEDS[rungs.case["per_class"]])]
            seeds.append([*some, some[0]])
        too_few = {**spread_apart(another_seed(draw)), "per_class": 4 + seed % 3}
        return {
            "cases": [[*(case[name] for name in NAMES), some] for case, some in zip(cases, seeds, strict=True)],
            "varied": [rungs.varied for rungs in drawn],
            "too_few": [*(too_few[name] for name in NAMES), another_seed(draw)],
            "seed": another_seed(draw),
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        answers = listed(found, "accuracies", len(given["cases"]))
        cases = [dict(zip(NAMES, case, strict=False)) for case in given["cases"]]
        for i, (case, one) in enumerate(zip(cases, answers, strict=True)):
            words = f"{case['per_class']} of each class of {len(case['labels_train'])} codes"
            shares = [float_of(words, share) for share in listed({words: one}, words, len(given["cases"][i][-1]))]
            if i < 3:
                for share in shares:
                    number(words, share, accuracy_of(case), abs=1e-6)
            else:
                _expect_draws(words, case, given["varied"][i - 3], shares)
        expect_refused("more of each class than there are", found.get("refused") if isinstance(found, dict) else None)


def _expect_draws(words: str, case: Case, varied: int, shares: list[float]) -> None:
    """Each accuracy is that of a draw; the same seed gives the same, and others differ."""
    places: Tensor = (case["labels_train"] == varied).nonzero().flatten()
    rungs, count = Ladder(case, varied, tuple(places.tolist())), case["per_class"]
    if not rungs.same(shares[0], shares[-1]):
        raise Wrong(f"{words}: {shares[0]:.4g} and {shares[-1]:.4g} with the same seed")
    drawn = [rungs.sets(share, count) for share in shares[:-1]]
    for share, sets in zip(shares, drawn, strict=False):
        if not sets:
            raise Wrong(f"{words}: an accuracy of {share:.4g}, which no draw without replacement gives")
    if len({sets[0] for sets in drawn}) < ENOUGH[count]:
        raise Wrong(f"{words}: {len(drawn)} seeds draw only {len({sets[0] for sets in drawn})} different sets")
    if count == 2 and all(any(abs(a - b) in (1, rungs.size - 1) for a, b in sets) for sets in drawn):
        raise Wrong(f"{words}: whatever the seed, images that follow one another are drawn")
