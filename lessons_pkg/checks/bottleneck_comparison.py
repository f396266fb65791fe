"""Task 3.5: a fair comparison of two autoencoders, watched while it trains small stand-ins for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from lessons_pkg.checks import blame
from lessons_pkg.checks.bottleneck_errors import expect_baseline, expect_errors
from lessons_pkg.checks.bottleneck_stand_ins import Bench
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import as_int, number, return_hint, show

__all__ = ["fair_comparison"]

KEYS = ("code_size", "a", "b", "parameters", "baseline", "verdict")
# The level that training gives to each model, by the number of its seed: what decides who reconstructs better.
A_WINS = ((0.30, 0.34, 0.32, 0.36, 0.31), (0.61, 0.58, 0.66, 0.63, 0.60))
B_WINS = ((0.70, 0.66, 0.61, 0.64, 0.68), (0.33, 0.36, 0.31, 0.30, 0.37))
# A is better in the mean by more than its spread, in the best seed and with each single seed; and yet the two overlap.
MIXED = ((0.30, 0.33, 0.31, 0.44, 0.32, 0.36, 0.34), (0.46, 0.50, 0.48, 0.49, 0.45, 0.42, 0.47))
# Equal errors everywhere: what a model has against itself.
EQUAL = (0.41,) * 6, (0.41,) * 6


@check("3.5", "compare")
def fair_comparison(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.5: compare(make_a, make_b, fit, train, test, seeds) -> dict."""
    t.need("compare is a function")
    t.is_function(answer, "compare")
    shift = seed % 50

    t.need("compare(make_a, make_b, fit, train, test, seeds) runs for two models with codes of equal size")
    seeds = [shift + n for n in (3, 11, 4, 1, 5)]
    result = _compared(t, answer, Bench(A_WINS, seeds, (18,), (2, 3, 3), seed), seeds)
    t.need("the verdict: a only where every seed of A is better than every seed of B")
    _expect_verdict(t, result, "a")

    t.need("seven seeds, codes of another size, and results that are mixed: undecided")
    seeds = [shift + n for n in (2, 9, 6, 13, 0, 21, 7)]
    result = _compared(t, answer, Bench(MIXED, seeds, (3, 2, 2), (12,), seed + 1), seeds)
    _expect_verdict(t, result, "undecided")

    t.need("the verdict: b where every seed of B is better than every seed of A")
    seeds = [shift + n for n in (8, 2, 30, 1, 17)]
    result = _compared(t, answer, Bench(B_WINS, seeds, (6,), (6, 1, 1), seed + 2), seeds)
    _expect_verdict(t, result, "b")

    t.need("a seed that stands in the list twice, and errors that are all equal: undecided")
    twice = [*seeds, seeds[3]]
    result = _compared(t, answer, Bench(EQUAL, twice, (7,), (1, 7, 1), seed + 4, grain=0), twice)
    _expect_verdict(t, result, "undecided")

    t.need("ValueError where the codes hold different numbers of numbers")
    numbers = "Count the numbers of one image's code, whatever its shape."
    bench = Bench(A_WINS, seeds, (12,), (12, 2, 1), seed + 3)
    _expect_refused(t, answer, bench, seeds, "it is 12 numbers against 24", numbers)
    bench = Bench(A_WINS, seeds, (4, 3, 3), (4, 2, 2), seed + 3)
    _expect_refused(t, answer, bench, seeds, "it is 36 numbers against 16", numbers)
    t.need("ValueError for fewer than five different seeds")
    for few, why in (seeds[:4], "these are four seeds only"), ([7] * 5, "it is five times the same seed"):
        _expect_refused(t, answer, Bench(A_WINS, few, (6,), (6,), seed + 3), few, why, "Count the different seeds.")


def _compared(t: Trial, answer: Callable, bench: Bench, seeds: list[int]) -> dict:
    """What compare returns for this bench, trained and measured as it should be; the verdict is left to the caller."""
    train, test = bench.train.clone(), bench.test.clone()
    a, b = (f"a code of shape {shape}" for shape in bench.code_shapes)
    words = f"compare with {a} and {b} for each image, {len(seeds)} seeds"
    result = t.call(
        answer,
        bench.maker("a"),
        bench.maker("b"),
        bench.fit,
        train,
        test,
        list(seeds),
        doing=words,
        explain=_hint(bench),
    )
    if not (torch.equal(train, bench.train) and torch.equal(test, bench.test)):
        t.fail(
            expected="the images unchanged", found="compare changed train or test in place", hint="Make new tensors."
        )
    if not isinstance(result, dict):
        hint = return_hint(result, "One dictionary with all the results.")
        t.fail(expected=f"a dict with the keys {', '.join(KEYS)}", found=f"it returned {show(result)}", hint=hint)
    missing = [key for key in KEYS if key not in result]
    if missing:
        t.fail(
            expected=f"a dict with the keys {', '.join(KEYS)}",
            found=f"there is no {', '.join(map(repr, missing))}; the keys are {', '.join(map(repr, list(result)[:8]))}",
            hint="The names of the keys are part of the task.",
        )
    _expect_training(t, bench, seeds)
    _expect_result(t, bench, seeds, result)
    return result


def _hint(bench: Bench) -> Callable[[BaseException], str]:
    def explain(error: BaseException) -> str:
        text = blame.message(error)
        if isinstance(error, ValueError) and "unpack" not in text:
            return (
                f"Nothing is to be refused here. Both codes hold {bench.numbers} numbers for each image, in different "
                f"shapes: {bench.code_shapes[0]} and {bench.code_shapes[1]}. Numbers are to be compared, not channels "
                "or the length of an axis. Five different seeds or more are enough, also if one of them stands in the "
                "list twice, and parameters may differ."
            )
        if isinstance(error, AttributeError) and "StandIn" in text:
            return "Models have encode, decode and forward. How large the code is, encode tells you."
        if "encode takes images of shape" in text:
            return "A model takes a batch, also of one: train[:1] is a batch, train[0] is not."
        if "must match the size" in text:
            return "Two tensors of different shapes are compared. It is model(test) that is held against test."
        if "mat1 and mat2" in text or "size mismatch" in text:
            return "Codes may have any shape, and models take images (N, 1, 28, 28): flatten where you need rows."
        if "numpy()" in text or "requires grad" in text:
            return "Measuring needs no gradients: with torch.no_grad()."
        return ""

    return explain


def _expect_training(t: Trial, bench: Bench, seeds: list[int]) -> None:
    """What fit was called with, model by model."""
    expected = f"each of the {len(seeds)} seeds: a new A and a new B, both trained once on train with that seed"
    for name in "ab":
        runs = [run for run in bench.runs if run.model.name == name]
        label = name.upper()
        if not runs:
            t.fail(expected=expected, found=f"model {label} was never trained", hint="fit(model, train, seed)")
        if len({id(run.model) for run in runs}) < len(runs):
            t.fail(
                expected=expected,
                found=f"the same model {label} was trained {len(runs)} times, each time from where it had stopped"
                if len({id(run.model) for run in runs}) == 1
                else f"a model {label} was trained more than once",
                hint="A seed is a new beginning: the model is made anew for each.",
            )
        if len(runs) not in (len(seeds), len(set(seeds))):  # a seed that stands there twice may be trained once
            t.fail(
                expected=expected,
                found=f"{len(runs)} training{'s' if len(runs) > 1 else ''} of {label} for {len(seeds)} seeds",
                hint="One run says nothing about what another seed would have given."
                if len(runs) < len(seeds)
                else "Each seed counts once: to pick among several runs is unfair.",
            )
        for run in runs:
            if not (run.images.shape == bench.train.shape and torch.equal(run.images, bench.train)):
                what = "other images than train"
                if run.images.shape == bench.test.shape and torch.equal(run.images, bench.test):
                    what = "the test images"
                elif len(run.images) == len(bench.train) + len(bench.test):
                    what = "the training images and the test images together"
                elif len(run.images) < len(bench.train):
                    what = "a part of the training images"
                hint = "Both models learn from the same images, and test is for the end."
                t.fail(expected=expected, found=f"model {label} was trained on {what}", hint=hint)
        used = [run.seed for run in runs]
        if sorted(used, key=str) not in (sorted(seeds, key=str), sorted(set(seeds), key=str)):
            t.fail(
                expected=expected,
                found=f"model {label} was trained with the seeds {used[:7]}, not with {seeds}",
                hint="The seeds that are given are for both models, and for the training too.",
            )
        born = [(run.model.seed, run.seed) for run in runs if run.model.seed != run.seed]
        if born:
            t.fail(
                expected=expected,
                found=f"a model {label} made with seed {born[0][0]} was trained with seed {born[0][1]}",
                hint=f"make_{name}(seed) and fit(model, train, seed) get the same seed, for A and for B.",
            )


def _expect_result(t: Trial, bench: Bench, seeds: list[int], result: dict) -> None:
    size, k = as_int(result["code_size"]), bench.numbers
    if size != k:
        shapes = ", ".join(map(str, bench.code_shapes))
        hint = "One image's code, whatever its shape: how many numbers are in it? The batch axis is not part of it."
        found = f"code_size is {show(result['code_size'])}"
        if size and size > k and size % k == 0:
            found += f": the numbers of {size // k} codes together"
            hint = "The batch axis does not belong to the code."
        elif any(size in shape for shape in bench.code_shapes):
            found += ": one axis of the code only, such as its channels"
        t.fail(expected=f"code_size {k}, an int: the codes have the shapes {shapes}", found=found, hint=hint)
    for name in "ab":
        expect_errors(t, bench, seeds, result, name)
    _expect_parameters(t, bench, result["parameters"])
    expect_baseline(t, bench, result["baseline"])


def _expect_parameters(t: Trial, bench: Bench, given: Any) -> None:
    right = bench.counts()
    found = tuple(as_int(item) for item in given) if isinstance(given, (tuple, list)) else ()
    if found == right:
        return
    hint = "numel() says how many numbers a tensor holds: sum that over model.parameters()."
    if not found:
        hint = "A pair: those of A, and those of B."
    elif None in found:
        hint = "Two Python ints: .item() makes one of a tensor or an array with one number."
    elif found == right[::-1]:
        hint = "The two are exchanged: A comes first."
    elif found[0] == len(list(bench.models[0].parameters())):
        hint = "This counts tensors, not the numbers in them: numel() says how many those are."
    elif found == bench.counts(lambda model: (p for p in model.parameters() if p.ndim > 1)):
        hint = "The biases are not counted: model.parameters() has them too."
    elif found == bench.counts(lambda model: model.state_dict().values()):
        hint = "state_dict() holds buffers too, numbers that no training step changes: model.parameters() has none."
    elif len(found) == 2 and found[0] == found[1]:
        hint = "Is the same model counted twice?"
    words = show(given) if None in found or not found else str(found)
    t.fail(expected=f"parameters {right}, those of A and of B", found=words, hint=hint)


def _expect_verdict(t: Trial, result: dict, right: str) -> None:
    value = result["verdict"]
    if isinstance(value, str) and value == right:
        return
    a, b = ("[" + ", ".join(number(x) for x in result[name]) + "]" for name in "ab")
    expected = f"verdict {right!r} for the errors {a} and {b}"
    if not isinstance(value, str) or value not in ("a", "b", "undecided"):
        hint = "The verdict is one of three words: 'a', 'b' or 'undecided'."
        t.fail(expected=expected, found=show(value), hint=hint)
    hint = "Compare the worst seed of one model with the best seed of the other: which is the larger error?"
    found = repr(value)
    if right == "undecided" and result["a"] == result["b"]:
        found += ": decided between errors that are equal"
        hint = "Smaller means <, and not <=: where two errors are equal, neither of them is smaller."
    elif right == "undecided":
        found += ": decided by the mean, the best seed, a count of wins or seed against seed"
        hint = "Look at the spread: some seed of B is better than some of A, so other seeds might say otherwise."
    elif value != "undecided":
        found += ": the model with the larger errors wins"
        hint = "The smaller error is the better one."
    t.fail(expected=expected, found=found, hint=hint)


def _expect_refused(t: Trial, answer: Callable, bench: Bench, seeds: list[int], why: str, hint: str) -> None:
    shapes = f"compare with codes of shape {bench.code_shapes[0]} and {bench.code_shapes[1]}, seeds {seeds}"
    arguments = bench.maker("a"), bench.maker("b"), bench.fit, bench.train, bench.test, list(seeds)
    t.expect_refused(answer, *arguments, doing=shapes, why=why, hint=hint)
    if bench.runs:
        t.fail(
            expected=f"a ValueError before anything is trained, because {why}",
            found=f"{shapes}: the ValueError came after {len(bench.runs)} trainings",
            hint="Look before you train: a new model can encode already, and seeds can be counted.",
        )
