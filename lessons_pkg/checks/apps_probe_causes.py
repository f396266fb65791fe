"""Task 6.4: the accuracy of a probe with few labels, and what typical mistakes give in its place."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from torch import Tensor

from lessons_pkg.checks.error_causes import Cause

__all__ = ["SCALE", "Case", "accuracy_of", "first_of_each", "fitted", "standardised", "wrong_accuracies", "wrong_units"]

Case = dict[str, Any]  # codes_train, labels_train, codes_test, labels_test, per_class
Scaled = tuple[np.ndarray, np.ndarray]  # the training codes and the test codes

SCALE = (
    "Mean and standard deviation of all the training codes, one of each dimension; training and test codes alike are "
    "moved by this mean and divided by this standard deviation."
)
_MODEL = "LogisticRegression(max_iter=1000) of scikit-learn: everything else stays as it is."
_DRAW = "Only per_class labels of each class are known: the others must not be looked at."
_SHARE = "The share of the test images that are classified rightly, from 0 to 1."


def fitted(codes: np.ndarray, labels: np.ndarray, **options: Any) -> Any:
    """The logistic regression of the task, fitted."""
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return LogisticRegression(**{"max_iter": 1000, **options}).fit(codes, labels)


def standardised(train: np.ndarray, test: np.ndarray, by: np.ndarray | None = None, power: float = 1.0) -> Scaled:
    """Both, with the mean and the standard deviation of ``by``: of the training codes, unless others are given."""
    by = train if by is None else by
    spread = by.std(0)
    spread = np.where(spread > 0, spread, 1.0) ** power
    return (train - by.mean(0)) / spread, (test - by.mean(0)) / spread


def first_of_each(labels: np.ndarray, count: int) -> np.ndarray:
    """The places of the first ``count`` of each class, class after class."""
    return np.concatenate([np.flatnonzero(labels == c)[:count] for c in np.unique(labels)])


def arrays(case: Case) -> tuple[np.ndarray, ...]:
    return tuple(_array(case[name]) for name in ("codes_train", "labels_train", "codes_test", "labels_test"))


def _array(value: Tensor) -> np.ndarray:
    return value.double().numpy() if value.is_floating_point() else value.numpy()


def accuracy_of(case: Case, chosen: np.ndarray | None = None) -> float:
    """Of the images with these places in training as the labelled ones; without: of the first of each class."""
    train, labels, test, truth = arrays(case)
    chosen = first_of_each(labels, case["per_class"]) if chosen is None else chosen
    known, fresh = standardised(train, test)
    return float(np.mean(fitted(known[chosen], labels[chosen]).predict(fresh) == truth))


def wrong_units(case: Case, predicted: np.ndarray) -> Iterator[Cause]:
    """The same predictions, counted in another way."""
    truth = _array(case["labels_test"])
    right = predicted == truth
    share = right.mean()
    yield 100 * share, "in per cent", _SHARE
    yield 1 - share, "the share of errors, not of what is right", _SHARE
    yield 100 * (1 - share), "the share of errors, in per cent", _SHARE
    yield float(right.sum()), "a count, not a share", _SHARE
    for digits in (1, 2, 3):
        words = f"the right number, but rounded to {digits} digit{'s' if digits > 1 else ''}"
        yield round(float(share), digits), words, "Rounding is for print: return the number as it is."
    each = [right[truth == c].mean() for c in np.unique(truth)]
    every = "Each test image counts once, of whatever class it is."
    yield float(np.mean(each)), "the mean of the accuracies of the single classes (balanced accuracy)", every
    yield float(np.min(each)), "the accuracy of the worst class", every
    for some in (50, 64, 100, 128, 256, 500, len(right) // 2):
        yield right[:some].mean(), f"the first {some} test images only", every
    yield right[len(right) // 2 :].mean(), "the second half of the test images only", every


def wrong_accuracies(case: Case) -> Iterator[Cause]:
    """What typical mistakes give, with the first ``per_class`` of each class as the labelled ones."""
    train, labels, test, truth = arrays(case)
    chosen = first_of_each(labels, case["per_class"])
    known, fresh = standardised(train, test)
    right = fitted(known[chosen], labels[chosen])
    score = lambda model, codes: float(np.mean(model.predict(codes) == truth))  # noqa: E731
    on = "The accuracy is asked for on the test codes: those that are fitted are known anyway."
    yield float(np.mean(right.predict(known[chosen]) == labels[chosen])), "the accuracy on the labelled images", on
    yield float(np.mean(right.predict(known) == labels)), "the accuracy on the training images", on
    yield from wrong_units(case, right.predict(fresh))
    yield score(fitted(known, labels), fresh), "all the labels of training are used, not per_class of each class", _DRAW
    for words, scaled in _scalings(train, labels, test, chosen):
        yield score(fitted(scaled[0][chosen], labels[chosen]), scaled[1]), words, SCALE
    for count in (1, 2, 3, 5, 10, case["per_class"] + 1, case["per_class"] - 1, 2 * case["per_class"]):
        if count != case["per_class"] and 0 < count <= np.bincount(labels).min():
            some = first_of_each(labels, count)
            words = f"{count} of each class are labelled, where per_class is {case['per_class']}"
            yield score(fitted(known[some], labels[some]), fresh), words, "per_class is how many of each class."
    for words, model in _models():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield score(model().fit(known[chosen], labels[chosen]), fresh), words, _MODEL
        except (IndexError, ValueError):  # such as more neighbours than labelled images
            continue
    moved = fitted(known[chosen], (labels[chosen] + 1) % (labels.max() + 1))
    yield score(moved, fresh), "the labels are those of the next class", "Row i of the codes has label i."


def _scalings(
    train: np.ndarray, labels: np.ndarray, test: np.ndarray, chosen: np.ndarray
) -> Iterator[tuple[str, Scaled]]:
    """Codes scaled in another way than the task says."""
    known, fresh = standardised(train, test)
    every = np.concatenate([train, test])
    yield "the codes are not standardised: nothing is divided by their standard deviation", (train, test)
    yield "standardised by the labelled codes only", standardised(train, test, train[chosen])
    yield "standardised by the test codes", standardised(train, test, test)
    yield "standardised by training and test codes together", standardised(train, test, every)
    yield "the test codes are standardised by themselves", (known, standardised(test, test)[0])
    by_labelled = standardised(train, test, train[chosen])[0]
    yield (
        "the labelled codes are standardised by themselves, and the test codes by themselves",
        (by_labelled, standardised(test, test)[0]),
    )
    yield (
        "the labelled codes are standardised by themselves, the test codes by the training codes",
        (by_labelled, fresh),
    )
    yield "the test codes are not standardised", (known, test)
    yield "the training codes are not standardised", (train, fresh)
    yield "divided by the variance, not by its root", standardised(train, test, power=2)
    yield "divided by the standard deviation, and the mean is left", (train / _spread(train), test / _spread(train))
    whole = (train - train.mean()) / train.std(), (test - train.mean()) / train.std()
    yield "one mean and one standard deviation for all the dimensions together", whole
    values, directions = np.linalg.eigh(np.cov(train.T, bias=True))
    white = directions / np.sqrt(np.where(values > 1e-9, values, np.inf))
    yield "whitened by the whole covariance matrix", ((train - train.mean(0)) @ white, (test - train.mean(0)) @ white)
    low, wide = train.min(0), np.ptp(train, axis=0)
    wide = np.where(wide > 0, wide, 1.0)
    yield "scaled from 0 to 1, not standardised", ((train - low) / wide, (test - low) / wide)
    norms = [np.linalg.norm(codes, axis=1, keepdims=True).clip(1e-12) for codes in (train, test)]
    yield (
        "each code is divided by its length",
        (train / norms[0], test / norms[1]),
    )


def _spread(codes: np.ndarray) -> np.ndarray:
    spread = codes.std(0)
    return np.where(spread > 0, spread, 1.0)


def _models() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Other judges than the one of the task."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.linear_model import LogisticRegression, RidgeClassifier
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
    from sklearn.svm import SVC, LinearSVC

    for c in (1e-3, 0.01, 0.1, 10.0, 100.0, 1000.0):
        yield f"another strength of the penalty, such as C={c:g}", lambda c=c: LogisticRegression(C=c, max_iter=1000)
    yield "no penalty", lambda: LogisticRegression(C=math.inf, max_iter=1000)
    yield "no intercept", lambda: LogisticRegression(fit_intercept=False, max_iter=1000)
    for steps in (1, 2, 5):
        yield f"stopped after {steps} iterations", lambda steps=steps: LogisticRegression(max_iter=steps)
    nearest = "the nearest labelled image, or the nearest mean of a class, decides: no logistic regression"
    yield nearest, lambda: KNeighborsClassifier(1)
    yield nearest.replace("decides", "that decides"), NearestCentroid
    for n in (3, 5):
        yield f"{n} nearest neighbours, not logistic regression", lambda n=n: KNeighborsClassifier(n)
    yield "a linear support vector machine, not logistic regression", LinearSVC
    yield "a support vector machine, not logistic regression", SVC
    yield "a support vector machine, not logistic regression", lambda: SVC(kernel="linear")
    yield "ridge regression of the labels, not logistic regression", RidgeClassifier
    yield "linear discriminant analysis, not logistic regression", LinearDiscriminantAnalysis
