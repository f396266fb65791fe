"""Task 6.4: a probe with few labels, asked about data sets on which each of its parts shows by the accuracy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_probe_cases import Ladder, alike, all_labelled, ladder, spread_apart
from lessons_pkg.checks.apps_probe_causes import SCALE, Case, accuracy_of, wrong_accuracies
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_probes import Mistake, asked, explained_throughout, first_wrong, words_of
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import as_float, close, number, return_hint, show

__all__ = ["ENOUGH", "SEEDS", "few_label_probe"]

NAME = "few_label_probe"
SEEDS = {1: 12, 2: 16}  # how many are tried, by per_class
# Of 12 draws of one of 12 images a right answer shows fewer once in ten million times, of 16 draws of two of 6 never.
ENOUGH = {1: 3, 2: 4}
_BALANCED = (
    "Class by class: the places of this class, np.flatnonzero(labels_train == c), and per_class of them by chance. "
    "A place within a class is not yet a place among all the training images."
)
_SEED = "Make a generator from the seed: np.random.default_rng(seed), or torch.Generator().manual_seed(seed)."
_STEPS = (
    "Draw per_class places of each class. Standardise training and test codes by the mean and the standard deviation "
    "of all the training codes. Fit LogisticRegression(max_iter=1000) on the drawn ones. The share of right on test."
)


@check("6.4", NAME)
@untouched
def few_label_probe(t: Trial, answer: Any, seed: int) -> None:
    """Task 6.4: few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed) -> accuracy."""
    t.need("few_label_probe is a function")
    t.is_function(answer, NAME)
    ask = _asker(t, answer)

    t.need("per_class labels of each class, however frequent it is; the accuracy on the test codes")
    case, cases = spread_apart(seed), [alike(seed + 1, 2), alike(seed + 2, 1)]
    balanced = [ask(case, seed + i) for i in range(3)]
    certain = _expect_balanced(t, case, balanced, guess=False)

    t.need("standardised by all the training codes; LogisticRegression(max_iter=1000)")
    _expect_accuracies(t, cases, [ask(case, seed + i) for i, case in enumerate(cases)], seed, guess=certain)
    if not certain:
        _expect_balanced(t, case, balanced)

    t.need("the seed decides which image of each class is drawn")
    for varied in (0, 2):
        _expect_draws(t, ladder(seed + 6 + varied, 1, varied), ask, seed + varied)
    t.need("... and which two of each class")
    _expect_draws(t, ladder(seed + 9, 2, 1), ask, seed + 1000)

    t.need("no image is drawn twice: of a class with per_class images all are drawn, whatever the seed")
    cases = [all_labelled(seed + 4), all_labelled(seed + 5, 8)]
    for case in cases:
        first, *more = (ask(case, seed + i) for i in range(3))
        if any(not _same(first, one) for one in more):
            found = f"accuracies from {number(min(first, *more))} to {number(max(first, *more))}, by the seed"
            hint = "Is an image drawn twice, and another one never? Draw without replacement: randperm, replace=False."
            expected = f"the same with each seed: each class has {case['per_class']} images, and all are to be drawn"
            t.fail(expected=expected, found=found, hint=hint)
    _expect_accuracies(t, cases, [ask(case, seed) for case in cases], seed)

    t.need("ValueError where a class has fewer images than per_class")
    case = {**spread_apart(seed + 10), "per_class": 4}
    t.expect_refused(
        answer,
        *(value.clone() if isinstance(value, Tensor) else value for value in case.values()),
        seed,
        doing=f"{words_of(NAME, case)} with 3 images in the smallest class",
        why="a class with fewer labels than the others is another experiment",
        hint="The first of a permutation are silently fewer where there are not enough.",
    )


def _asker(t: Trial, answer: Callable) -> Callable[[Case, int], float]:
    """What the answer gives for a case and a seed, if it is a share or another finite number."""

    def ask(case: Case, seed: int) -> float:
        probe = {**case, "seed": seed}
        value = asked(t, answer, NAME, probe, _hint)
        found = as_float(value)
        if found is None:
            hint = return_hint(value, "Return one number, a float: the share of test images classified rightly.")
            if isinstance(value, (Tensor, np.generic, np.ndarray)):
                hint = "float(...) or .item() makes a Python float of it."
                if getattr(value, "ndim", 0):
                    hint = "One number for all the test images: the mean of what is right."
            t.fail(expected="a Python float", found=f"{words_of(NAME, probe)} returned {show(value)}", hint=hint)
        if not math.isfinite(found):
            t.fail(expected="a share, from 0 to 1", found=f"{found}", hint="Is something divided by 0?")
        return found

    return ask


def _expect_balanced(t: Trial, case: Case, found: list[float], *, guess: bool = True) -> bool:
    """Any three of each class give the same number here, whatever the scaling and the classifier: is it given?

    guess: also fail where the cause is not certain. Without it, what another case says should be heard first.
    """
    right = accuracy_of(case)
    if all(_same(one, right) for one in found):
        return True
    again, mistakes = [case] * len(found), _as_mistakes([case])
    cause = explained_throughout(found, [right] * len(found), again, mistakes, _same)
    steady = max(found) - min(found) < 0.03  # a wrong scaling gives each draw nearly the same number
    if cause is None and steady:
        scalings = [one for one in mistakes if one[2] == SCALE and not _same(one[1](**case), right)]
        scalings = _nearest_first(scalings, found, again)
        cause = explained_throughout(found, [right] * len(found), again, scalings, _near, alone=False)
    if cause is None and steady and not guess:
        return False
    if cause is None and all(one <= right for one in found):
        cause = (
            "of some classes no image, or hardly one, was labelled",
            f"The classes have 3 to 60 images. {_BALANCED}",
        )
    worst = next(one for one in found if not _same(one, right))
    cause = cause or ("a number that no usual mistake explains", _STEPS)
    t.fail(
        expected=f"{words_of(NAME, case)} = {number(right)}, whichever are drawn: the classes lie far apart",
        found=f"{number(worst)}: {cause[0]}",
        hint=cause[1],
    )


def _expect_accuracies(t: Trial, cases: list[Case], found: list[float], seed: int, *, guess: bool = True) -> None:
    """guess: also fail where no usual mistake explains the numbers."""
    right = [accuracy_of(case) for case in cases]
    first = first_wrong(found, right, _same)
    if first is None:
        return
    mistakes = _as_mistakes(cases)
    cause = explained_throughout(found, right, cases, mistakes, _same)
    if cause is None:  # codes of a wrong scale may lie so near to a border that solvers differ on one of them
        image = 1.6 / min(len(case["labels_test"]) for case in cases)
        near = lambda value, other: abs(value - other) < image  # noqa: E731
        cause = explained_throughout(found, right, cases, _nearest_first(mistakes, found, cases), near, alone=False)
    if cause is None and not guess:
        return
    cause = cause or ("a number that no usual mistake explains", _STEPS)
    t.fail(
        expected=f"{words_of(NAME, {**cases[first], 'seed': seed})} = {number(right[first])}, whatever is drawn",
        found=f"{number(found[first])}: {cause[0]}",
        hint=cause[1],
    )


def _nearest_first(mistakes: list[Mistake], found: list[float], cases: list[Case]) -> list[Mistake]:
    """Those that can be made on all the cases, in the order of their distance from what was found."""
    far = {
        words: sum(abs(one - does(**case)) for one, case in zip(found, cases, strict=True))
        for words, does, _ in mistakes
    }
    return sorted((one for one in mistakes if far[one[0]] < math.inf), key=lambda one: far[one[0]])


def _as_mistakes(cases: list[Case]) -> list[Mistake]:
    """By their words, because not every mistake can be made on each case."""
    tables = {id(case["codes_train"]): {words: value for value, words, _ in wrong_accuracies(case)} for case in cases}
    listed = {words: hint for case in cases for _, words, hint in wrong_accuracies(case)}

    def does(words: str) -> Callable[..., float]:
        return lambda codes_train, **_: tables[id(codes_train)].get(words, math.nan)

    return [(words, does(words), hint) for words, hint in listed.items()]


def _expect_draws(t: Trial, rungs: Ladder, ask: Callable[[Case, int], float], seed: int) -> None:
    """The labelled images, read from the accuracies: as many as asked for, all different, and others by the seed."""
    case, count = rungs.case, rungs.case["per_class"]
    seeds = [seed + i for i in range(SEEDS[count])]
    found = [ask(case, seed) for seed in seeds]
    expected = f"{words_of(NAME, case)}: {count} of the {rungs.size} images of each class, drawn by the seed"
    for seed, one in list(zip(seeds, found, strict=True))[:2]:
        if not _same(again := ask(case, seed), one):
            words = f"{number(one)} and {number(again)} with the same seed {seed}"
            t.fail(expected=f"{expected}: the same seed, the same draw", found=words, hint=_SEED)
    several = f"{len(seeds)} different seeds"
    if all(_same(one, found[0]) for one in found):
        words, hint = f"the same accuracy, {number(found[0])}, with {several}", f"Is the seed used? {_SEED}"
        sets, everything = rungs.sets(found[0], count), tuple(range(rungs.size))
        # A single image may give what all of them give; that one image is drawn every time is less likely.
        if rungs.same(found[0], rungs.of_all) and (count == 1 or not sets):
            words = f"all images of each class are labelled, with {several}"
            hint = f"{_images(count)} of each class: the other labels are not known."
        for name, some in (("first", everything[:count]), ("last", everything[-count:])):
            if some in sets:
                words = f"the {name} {_images(count)} of each class, with {several}"
                hint = f"Draw by chance: the {name} ones may be alike, or badly written. {_SEED}"
        t.fail(expected=expected, found=words, hint=hint)
    if odd := [one for one in found if not rungs.sets(one, count)]:
        words = f"{number(odd[0])}, which no {_images(count)} of each class give"
        hint = _STEPS
        for other in {1, 2, 3} - {count} if rungs.size < 9 else {2}:
            if all(rungs.sets(one, other) for one in found):
                words = f"{_images(other)} of each class labelled, with {several}"
                hint = f"per_class is {count} here: that many of each class."
        if count > 1 and all(rungs.sets(one, count, twice=True) for one in found):
            words = f"{number(odd[0])}, which is what one image of a class gives that is drawn twice"
            hint = "Draw without replacement: a permutation of the places, or replace=False."
        t.fail(expected=expected, found=words, hint=hint)
    different = []
    for one in found:
        if not any(rungs.same(one, other) for other in different):
            different.append(one)
    if len(different) < ENOUGH[count]:
        words = f"only {len(different)} different draws with {several}"
        if count == 1:
            drawn = sorted({rungs.sets(one, 1)[0][0] + 1 for one in found})
            words += f": always one of the images {', '.join(map(str, drawn))} of {rungs.size}"
        hint = f"Each image of a class has the same chance, and so has each set of {count}. {_SEED}"
        t.fail(expected=expected, found=words, hint=hint)
    if count == 2 and all(any(_neighbours(one, rungs.size) for one in rungs.sets(share, 2)) for share in found):
        words = f"two images that follow one another among those of their class, with each of {several}"
        t.fail(expected=expected, found=words, hint="Each pair of images has the same chance: draw both of them.")


def _neighbours(pair: tuple[int, ...], size: int) -> bool:
    return abs(pair[0] - pair[1]) in (1, size - 1)


def _images(count: int) -> str:
    return "one image" if count == 1 else f"{count} images"


def _near(value: float, target: float) -> bool:
    return abs(value - target) < 0.04


def _same(value: float, target: float) -> bool:
    return close(value, target, rel=1e-6, abs=1e-6)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "contains NaN" in text or "contains infinity" in text:
        return (
            "A dimension in which all training codes are equal has the standard deviation 0, and 0 / 0 is NaN: "
            "divide by 1 there."
        )
    if "needs samples of at least 2 classes" in text or "at least 2 classes" in text:
        return f"All the labelled images are of one class. {_BALANCED}"
    if "larger sample than population" in text or "Cannot take a larger sample" in text:
        return "Each class here has at least per_class images. Are the places of a class those where labels_train == c?"
    if "inconsistent numbers of samples" in text:
        return "Codes and labels of the same images: both at the drawn places."
    if "is least populated" in text or "least populated class" in text or "test_size" in text or "train_size" in text:
        return f"A stratified split keeps the shares of the classes: a rare one gets none. {_BALANCED}"
    if "must match the size" in text or "mat1 and mat2" in text or "broadcast" in text:
        return "Mean and standard deviation are those of each dimension, (k,): over the images, axis 0."
    if isinstance(error, IndexError):
        return _BALANCED
    if isinstance(error, (TypeError, ValueError)) and ("generator" in text.lower() or "seed" in text.lower()):
        return _SEED
    return ""
