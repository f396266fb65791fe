"""What the checks and oracles of tasks 6.3 and 6.4 stand on: code lengths that can be read, draws that can be told."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from lessons_pkg.checks.apps_probe import ENOUGH, SEEDS
from lessons_pkg.checks.apps_probe_cases import alike, all_labelled, ladder, spread_apart
from lessons_pkg.checks.apps_probe_causes import accuracy_of, wrong_accuracies
from lessons_pkg.checks.apps_rate_causes import rate_of, symbols_of
from lessons_pkg.checks.apps_rate_stand_ins import drawn_case


def test_bits_by_hand_those_of_the_example_in_the_task() -> None:
    seen = torch.tensor([[0.0], [0.2], [2.1]])
    for symbol, bits in ((0.0, math.log2(7 / 3)), (1.0, math.log2(7)), (5.0, math.log2(7) + 32)):
        assert rate_of(seen, torch.tensor([[symbol]]), 1.0) == pytest.approx(bits)


def test_the_code_lengths_are_those_of_a_code_that_can_be_read() -> None:
    """Kraft: the probabilities of the range and of the escape add up to 1."""
    seen = torch.randn(50, 1, generator=torch.Generator().manual_seed(0))
    low, high = (int(end) for end in (symbols_of(seen, 0.3).min(), symbols_of(seen, 0.3).max()))
    lengths = [rate_of(seen, torch.tensor([[0.3 * symbol]]), 0.3) for symbol in range(low, high + 1)]
    escape = rate_of(seen, torch.tensor([[0.3 * (high + 1)]]), 0.3) - 32
    assert sum(2**-bits for bits in (*lengths, escape)) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(6))
def test_some_symbols_of_the_check_were_never_seen_in_training(seed: int) -> None:
    case = drawn_case(seed + 2, sizes=(2.0, 5.0, 0.0, 0.7, 1.2), step=1.3, train=250, test=99)
    with torch.no_grad():
        known, fresh = (symbols_of(case["encode"](case[name]), 1.3) for name in ("train", "test"))
    assert (len(known), len(fresh)) == (250, 99)
    outside = ((fresh < known.amin(0)) | (fresh > known.amax(0))).any(1)
    assert 0 < outside.sum() < 50


@pytest.mark.parametrize("seed", range(4))
def test_no_draw_changes_the_accuracy_where_it_is_to_be_one_number(seed: int) -> None:
    for case in (spread_apart(seed), alike(seed, 2)):
        labels, right = case["labels_train"].numpy(), accuracy_of(case)
        for other in range(5):
            chance = np.random.default_rng(other)
            places = [np.flatnonzero(labels == c) for c in np.unique(labels)]
            chosen = np.concatenate([chance.choice(some, case["per_class"], replace=False) for some in places])
            assert accuracy_of(case, chosen) == right


@pytest.mark.parametrize("seed", range(4))
def test_each_wrong_scaling_and_classifier_shows_on_a_data_set_of_the_check(seed: int) -> None:
    cases = alike(seed, 2), alike(seed + 1, 1), all_labelled(seed)
    shown = set()
    for case in cases:
        shown |= {words for wrong, words, _ in wrong_accuracies(case) if abs(wrong - accuracy_of(case)) > 1e-9}
    every = {words for case in cases for _, words, _ in wrong_accuracies(case)}
    elsewhere = "rounded", "of each class are labelled"  # how many are labelled is what the ladder tells
    hidden = {words for words in every - shown if not any(part in words for part in elsewhere)}
    assert hidden <= {"divided by the standard deviation, and the mean is left"}  # the intercept makes up for it


@pytest.mark.parametrize(("per_class", "varied"), [(1, 0), (1, 2), (2, 1)])
def test_the_ladder_tells_which_images_were_drawn(per_class: int, varied: int) -> None:
    rungs = ladder(3, per_class, varied)
    table = rungs.by_set(per_class)
    alone = [one for one in table if len(set(one)) == per_class and len(rungs.sets(table[one], per_class)) == 1]
    assert len(alone) >= 12


def test_a_fair_draw_shows_enough_different_sets() -> None:
    for per_class, images in ((1, 12), (2, 6)):
        sets, tries = math.comb(images, per_class), SEEDS[per_class]
        few = sum(math.comb(sets, n) * (n / sets) ** tries for n in range(1, ENOUGH[per_class]))
        assert few < 1e-6
