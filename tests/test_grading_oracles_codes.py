"""The oracles of tasks 6.3 and 6.4, and what their checks stand on: a right number, whatever the seed, and no other."""

from __future__ import annotations

import functools
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from oracle_bank import BANK, answer_in, bent, judged, name_of, probed, spoilt, verdict
from torch import Tensor

from lessons_pkg.checks.apps_probe import ENOUGH, SEEDS
from lessons_pkg.checks.apps_probe_cases import alike, all_labelled, ladder, spread_apart
from lessons_pkg.checks.apps_probe_causes import accuracy_of, wrong_accuracies
from lessons_pkg.checks.apps_rate_causes import rate_of, symbols_of
from lessons_pkg.checks.apps_rate_stand_ins import drawn_case
from lessons_pkg.grading.oracles import ORACLES

FOLDERS = {"6.3": "rate_distortion", "6.4": "few_label_probe"}
TASKS = list(FOLDERS)
SEED = 20261121
RIGHT, WRONG = (
    sorted(p for n in FOLDERS.values() for p in BANK.glob(f"06_*/{n}/{kind}/*.py")) for kind in ("right", "wrong")
)

# What these wrong answers give back is right. The checks refuse them, for what they do beside it.
ACCEPTED = {
    "few_label_probe-standardised_in_place": "changes its codes in place, and standardising twice changes nothing more",
    "rate_distortion-borrowed_from_the_checks": "calls the package's own functions, which are not there in the sandbox",
    "rate_distortion-torch_log2_replaced": "replaces a function of torch's by one that gives the same",
}


# --- the bank -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RIGHT, ids=name_of)
@pytest.mark.parametrize("seed", [0, SEED])
def test_a_right_answer_is_accepted_whatever_the_seed(path: Path, seed: int) -> None:
    assert verdict(*answer_in(path), seed) == ""


@pytest.mark.parametrize("path", WRONG, ids=name_of)
def test_a_wrong_answer_is_refused_unless_what_it_gives_back_is_right(path: Path) -> None:
    refused = verdict(*answer_in(path), SEED)
    assert (refused == "") == (name_of(path) in ACCEPTED), refused


def test_only_answers_of_the_bank_are_listed_as_accepted() -> None:
    assert set(ACCEPTED) <= {name_of(path) for path in WRONG}


# --- what the right numbers stand on ----------------------------------------------------------------------------------


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


# --- right answers written in another way, wrong ones that the bank does not have -------------------------------------


def rate_by_sorting(encode: Any, decode: Any, train: Tensor, test: Tensor, step: float) -> tuple[float, float]:
    z, fresh = (np.round(encode(x).detach().double().numpy() / step) for x in (train, test))
    bits = np.zeros(len(fresh))
    for known, symbols in zip(np.sort(z, axis=0).T, fresh.T, strict=True):
        counts = np.searchsorted(known, symbols, "right") - np.searchsorted(known, symbols) + 1
        inside = (symbols >= known[0]) & (symbols <= known[-1])
        bits += np.log2(len(known) + known[-1] - known[0] + 2) - np.log2(counts) + 32.0 * ~inside
    rebuilt = decode(torch.tensor(fresh * step, dtype=torch.float32)).detach().clip(0, 1)
    return float(bits.mean()), (rebuilt - test).double().square().mean().item()


def probe_by_sorted_chances(
    codes_train: Tensor, labels_train: Tensor, codes_test: Tensor, labels_test: Tensor, per_class: int, seed: int
) -> float:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    scaler, chance = StandardScaler().fit(codes_train.numpy()), random.Random(f"seed {seed}")
    order = sorted(range(len(labels_train)), key=lambda i: (int(labels_train[i]), chance.random()))
    sizes = labels_train.unique(return_counts=True)[1].tolist()
    if min(sizes) < per_class:
        raise ValueError("too few")
    chosen = [order[sum(sizes[:c]) + i] for c in range(len(sizes)) for i in range(per_class)]
    model = make_pipeline(FunctionTransformer(scaler.transform), LogisticRegression(max_iter=1000))
    return float(model.fit(codes_train[chosen].numpy(), labels_train[chosen]).score(codes_test.numpy(), labels_test))


OTHERS = {"6.3": rate_by_sorting, "6.4": probe_by_sorted_chances}


def probe_of_the_even_seeds(*case: Any) -> float:
    return probe_by_sorted_chances(*case[:-1], case[-1] % 2)


def rate_of_the_first_dimensions(encode: Any, decode: Any, train: Tensor, test: Tensor, step: float) -> Any:
    few = lambda x: encode(x)[:, :3]  # noqa: E731
    return rate_by_sorting(few, decode, train, test, step)[0], rate_by_sorting(encode, decode, train, test, step)[1]


@functools.cache
def found_by_another(task: str, seed: int = 5) -> bytes:
    return probed(task, OTHERS[task], seed)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("seed", [5, 77, 123456789])
def test_a_right_answer_written_in_another_way_is_accepted(task: str, seed: int) -> None:
    assert judged(task, found_by_another(task, seed), seed) == ""


@pytest.mark.parametrize(("task", "answer"), [("6.3", rate_of_the_first_dimensions), ("6.4", probe_of_the_even_seeds)])
def test_a_wrong_answer_of_another_kind_is_refused(task: str, answer: Any) -> None:
    assert verdict(task, answer, 5)


@pytest.mark.parametrize("task", TASKS)
def test_what_was_right_for_another_seed_is_refused(task: str) -> None:
    for seed in (5, 7):
        assert judged(task, found_by_another(task, seed), 6), seed


@pytest.mark.parametrize("task", TASKS)
def test_whatever_comes_back_an_oracle_only_accepts_or_refuses(task: str) -> None:
    found = found_by_another(task)
    for other in bent(found, 0, 60):
        judged(task, other, 5)
    for other in spoilt(found, 0, 40):
        assert judged(task, other, 5)


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("task", TASKS)
def test_an_argument_given_back_is_refused(task: str, place: int) -> None:
    assert verdict(task, lambda *arguments: arguments[place % len(arguments)], 5)


@pytest.mark.parametrize("task", TASKS)
def test_other_seeds_draw_other_inputs_and_the_same_seed_the_same(task: str) -> None:
    from lessons_pkg.grading import plain

    drawn = [plain.dumps(ORACLES[task].draw(seed)) for seed in (3, 4, 2**62)]
    assert plain.dumps(ORACLES[task].draw(3)) == drawn[0]
    assert len(set(drawn)) == len(drawn)
