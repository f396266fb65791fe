"""Task 3.5: the errors and the baseline that compare returns, and what other numbers in their place say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from lessons_pkg.checks.bottleneck_stand_ins import Bench, StandIn, error_of
from lessons_pkg.checks.error_causes import PCA, pca_error, wrong_batches, wrong_units
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import as_float, close, explained_by, number, show

__all__ = ["expect_baseline", "expect_errors"]


def expect_errors(t: Trial, bench: Bench, seeds: list[int], result: dict, name: str) -> None:
    values = result[name]
    expected = f"{name!r}: the mean squared error per pixel on test for each seed, in the order of seeds"
    if not isinstance(values, (list, tuple)) or not all(as_float(value) is not None for value in values):
        hint = "A list of Python floats, one for each seed: .item() makes a float of a tensor with one number."
        if as_float(values) is not None:
            hint = "One number cannot show how far the seeds are apart: keep all of them, the mean comes later."
        t.fail(expected=expected, found=f"{name!r} is {show(values)}", hint=hint)
    if len(values) != len(seeds):
        found = f"{name!r} holds {len(values)} number{'' if len(values) == 1 else 's'} for {len(seeds)} seeds"
        hint = "All seeds, none left out, and not their mean and spread."
        if len(values) == len(set(seeds)):
            hint = f"The list is {seeds}. A seed that stands in it twice has two entries."
        t.fail(expected=expected, found=found, hint=hint)
    right = [error_of(bench.trained(name, seed), bench.test) for seed in seeds]
    if all(close(value, target, rel=1e-4) for value, target in zip(values, right, strict=True)):
        return
    other = [error_of(bench.trained("b" if name == "a" else "a", seed), bench.test) for seed in seeds]
    first = next(
        i for i, (value, target) in enumerate(zip(values, right, strict=True)) if not close(value, target, 1e-4)
    )
    found = f"{number(values[first])} for seed {seeds[first]}, where {number(right[first])} is right"
    for order, words, hint in (
        (sorted(right), "the errors are sorted", "In the order of seeds: the i-th number belongs to the i-th seed."),
        (right[::-1], "the errors are in reverse order", "In the order of seeds."),
        ([right[i] for i in sorted(range(len(seeds)), key=seeds.__getitem__)], "the seeds were sorted", "As given."),
        (other, "these are the errors of the other model", "A and B are exchanged, or one is measured twice."),
        ([right[-1]] * len(right), "the last model was measured each time", "Measure right after the training."),
        ([right[0]] * len(right), "the first model was measured each time", "Measure the model of that seed."),
        ([sum(right) / len(right)] * len(right), "the mean, repeated", "One number for each seed."),
        ([min(right)] * len(right), "the best seed, repeated", "One number for each seed, the bad ones too."),
    ):
        if all(close(value, target, rel=1e-4) for value, target in zip(values, order, strict=True)):
            t.fail(expected=expected, found=f"{name!r}: {words}", hint=hint)
    cause = explained_by(values[first], _wrong_errors(bench, bench.trained(name, seeds[first])), rel=1e-4) or (
        "a number that no usual mistake explains",
        "The mean of (model(test) - test)**2 over all pixels of all test images, after the training.",
    )
    t.fail(expected=expected, found=f"{name!r}: {found}: {cause[0]}", hint=cause[1])


@torch.no_grad()
def _wrong_errors(bench: Bench, model: StandIn) -> Iterator[tuple[float, str, str]]:
    yield (
        error_of(model, bench.train),
        "this is the error on the training images",
        "What a model has seen it may know by heart: test says what it can do.",
    )
    yield (
        error_of(model, bench.test, training=True),
        "this is the error in training mode",
        "Dropout and batch norm behave otherwise while a model learns: model.eval() before measuring.",
    )
    yield (
        error_of(model, bench.train, training=True),
        "this is the error on the training images, and in training mode",
        "Measure on test, after model.eval().",
    )
    for images, name in ((bench.test, ""), (bench.train, " on the training images")):
        fresh = error_of(model.untrained(), images)
        yield fresh, f"this is the error of a model that was not trained{name}", "Measure the model that fit was given."
        fresh = error_of(model.untrained(), images, training=True)
        yield fresh, f"this is the error of a model that was not trained{name}", "Measure the model that fit was given."
    yield from wrong_units(model.eval()(bench.test), bench.test, len(bench.test))
    yield from wrong_batches((model(bench.test) - bench.test).square().mean((1, 2, 3)))


def expect_baseline(t: Trial, bench: Bench, value: Any) -> None:
    k, train, test = bench.numbers, bench.train, bench.test
    expected = f"baseline: the error on test of the first {k} principal components of train"
    found = as_float(value)
    if found is None:
        t.fail(expected=expected, found=f"it is {show(value)}", hint="One Python float: pca_baseline(...)")
    right = pca_error(train, test, k)
    if close(found, right, rel=1e-3):
        return
    as_many = "As many components as the code has numbers: code_size, whatever that is, and no fixed number."
    wrong = [
        (pca_error(train, train, k), "this is the floor on the training images", "The models are measured on test."),
        (pca_error(test, test, k), "PCA was fitted on the test images", "PCA learns from train, as the models do."),
        (pca_error(test, train, k), "train and test are exchanged", "PCA learns from train and is measured on test."),
        (pca_error(train, test, 0), "this is the error of the mean image", as_many),
        *wrong_units(PCA(train.flatten(1)).rebuilt(test.flatten(1), k), test.flatten(1), len(test)),
    ]
    # Other axes of the codes, and the code sizes that are usual.
    for size in sorted({axis for shape in bench.code_shapes for axis in shape} | {2, 10, 16, 32, 49, 64, k - 1, k + 1}):
        if size != k:
            words = f"this is PCA with {size} components, where the code has {k} numbers"
            wrong.append((pca_error(train, test, size), words, as_many))
    cause = explained_by(found, wrong, rel=1e-3) or (
        "a number that no usual mistake explains",
        "pca_baseline(train, test, k) stands above; which k, and which images?",
    )
    t.fail(expected=expected, found=f"{number(found)}, where {number(right)} is right: {cause[0]}", hint=cause[1])
