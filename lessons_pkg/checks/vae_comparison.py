"""Task 5.5: an AE and a VAE judged by the same measure, watched on stand-ins with a metric that only writes down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_comparison_causes import (
    ae_codes_cause,
    error_of,
    gaussian_cause,
    vae_codes_cause,
    wrong_errors,
)
from lessons_pkg.checks.vae_stand_ins import Call, Metric, StandInAE, StandInVAE
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import as_float, close, explained_by, number, pictures, return_hint, show

__all__ = ["compare_latent"]

METRICS = ("ae fitted", "vae fitted", "vae prior")
ERRORS = ("ae error", "vae error")
KEYS = (*METRICS, *ERRORS)
TRAIN, TEST = 2000, 600


@check("5.5", "compare")
@untouched
def compare_latent(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.5: compare(ae, vae, train, test, metric) -> dict."""
    t.need("compare is a function")
    t.is_function(answer, "compare")
    train = pictures(TRAIN, seed, rank=20)
    test = 0.9 * pictures(TEST, seed + 100, rank=20) ** 2

    t.need("compare(ae, vae, train, test, metric) returns a dict with the five results")
    bench = _Bench(t, answer, train, test, 3 + seed % 3, seed)
    result = bench.asked()

    t.need("the codes: ae.encode(train) for the AE, samples of q(z|x) for the VAE")
    for key in METRICS:
        bench.expect_codes(result, key)

    t.need("the points: from a Gaussian fitted to the codes, and for the VAE also from N(0, I)")
    for key in METRICS:
        bench.expect_points(result, key)

    t.need("the errors: mean squared error per pixel on test, of the decoded mean")
    for key in ERRORS:
        bench.expect_error(result, key)

    t.need("... and all of it for codes of another size, and models left in training mode")
    bench = _Bench(t, answer, train[:1500], test[:31], 2, seed + 1)
    bench.ae.train(), bench.vae.train()
    result = bench.asked()
    for key in METRICS:
        bench.expect_codes(result, key)
        bench.expect_points(result, key)
    for key in ERRORS:
        bench.expect_error(result, key)

    t.need("ValueError where the codes of the two models have different sizes")
    other, metric = StandInVAE(5, train, seed), Metric()
    t.expect_refused(
        answer,
        StandInAE(3, train, seed).eval(),
        other.eval(),
        train[:50].clone(),
        test.clone(),
        metric,
        doing="compare of an AE with 3 numbers in its code and a VAE with 5",
        why="a larger code reconstructs better and is harder to fill: that would be no comparison",
    )


class _Bench:
    """One comparison: what compare is given, and what it did with it."""

    def __init__(self, t: Trial, answer: Callable, train: Tensor, test: Tensor, k: int, seed: int) -> None:
        self.t, self.answer, self.train, self.test = t, answer, train, test
        self.ae, self.vae, self.metric = (
            StandInAE(k, train, seed + 1).eval(),
            StandInVAE(k, train, seed + 2).eval(),
            Metric(),
        )
        self.k = k

    def asked(self) -> dict[str, float]:
        t, train, test = self.t, self.train.clone(), self.test.clone()
        weights = [p.detach().clone() for model in (self.ae, self.vae) for p in model.parameters()]
        words = f"compare of two models with codes of {self.k} numbers"
        result = t.call(self.answer, self.ae, self.vae, train, test, self.metric, doing=words, explain=_hint)
        if not (torch.equal(train, self.train) and torch.equal(test, self.test)):
            found = "compare changed train or test in place"
            t.fail(expected="the images unchanged", found=found, hint="Make new tensors.")
        now = [p for model in (self.ae, self.vae) for p in model.parameters()]
        if not all(torch.equal(a, b) for a, b in zip(weights, now, strict=True)):
            found = "compare changed the weights of a model"
            t.fail(expected="the models as they are", found=found, hint="They are trained already: only look at them.")
        expected = f"a dict with the keys {', '.join(KEYS)}"
        if not isinstance(result, dict):
            hint = return_hint(result, "One dictionary with all five results.")
            t.fail(expected=expected, found=f"it returned {show(result)}", hint=hint)
        if missing := [key for key in KEYS if key not in result]:
            keys = ", ".join(repr(key) if isinstance(key, str) else show(key) for key in list(result)[:8])
            found = f"there is no {', '.join(map(repr, missing))}; the keys are {keys}"
            t.fail(expected=expected, found=found, hint="The names of the keys are part of the task.")
        for key in KEYS:
            if as_float(result[key]) is None:
                found, hint = f"{key!r} is {show(result[key])}", ".item() makes a float of a tensor with one number."
                t.fail(expected=f"{key!r}: a Python float", found=found, hint=hint)
        if not self.metric.calls:
            found, hint = "the metric that was given was never called", "metric(codes, points) gives the number."
            t.fail(expected="metric(codes, points) for each of the three", found=found, hint=hint)
        return {key: float(result[key]) for key in KEYS}

    def call_of(self, result: dict[str, float], key: str) -> Call:
        """The call of the metric that gave this number."""
        calls = self.metric.calls
        for call in calls:
            if close(result[key], call.value, rel=1e-9):
                return call
        found, hint = f"{key!r} is {number(result[key])}, which metric never returned", "As the metric gives it."
        for call in calls:
            for factor, words in ((0.5, "half of"), (2, "twice"), (-1, "minus")):
                if close(result[key], factor * call.value, rel=1e-6):
                    found = f"{key!r} is {words} what metric returned"
            if close(result[key], call.value**0.5, rel=1e-6):
                found = f"{key!r} is the root of what metric returned"
            if any(result[key] == round(call.value, digits) for digits in (1, 2, 3)):
                found = f"{key!r} is rounded"
        self.t.fail(expected=f"{key!r}: what metric(codes, points) returned", found=found, hint=hint)

    def expect_codes(self, result: dict[str, float], key: str) -> None:
        call, right = self.call_of(result, key), "ae.encode(train)"
        cause_of = ae_codes_cause if key.startswith("ae") else vae_codes_cause
        if key.startswith("vae"):
            right = "a sample of q(z|x) for each training image"
        models = self.ae, self.vae, self.train, self.test
        cause = cause_of(call.codes, *models)
        if cause is None:
            return
        expected = f"{key!r}: metric(codes, points), where the codes are {right}"
        if cause_of(call.points, *models) is None:
            found = f"{key!r}: codes and points are exchanged"
            self.t.fail(expected=expected, found=found, hint="The codes come first, the points second.")
        by_value = {name: result[name] for name in METRICS if name != key}
        for name, value in by_value.items():
            if value == result[key]:
                found = f"{key!r} and {name!r} are one and the same number"
                self.t.fail(expected=expected, found=found, hint="Three calls of the metric, one for each key.")
        self.t.fail(expected=expected, found=f"{key!r}: the codes are {cause[0]}", hint=cause[1])

    def expect_points(self, result: dict[str, float], key: str) -> None:
        call, prior = self.call_of(result, key), key == "vae prior"
        with torch.no_grad():
            self.ae.eval(), self.vae.eval()
            mean, log_var = self.vae.posterior(self.test)
            others = {
                "the codes of the AE": self.ae.encode(self.train),
                "the means of the VAE": self.vae.encode(self.train),
                "the codes of the test images": self.ae.encode(self.test) if key.startswith("ae") else mean,
            }
            if key.startswith("ae"):
                m, v = self.vae.posterior(self.train)
                others = {"the codes of the VAE": m + (v / 2).exp() * torch.randn_like(m), **others}
                del others["the codes of the AE"]
            elif not prior:
                others["the codes of the test images"] = mean + (log_var / 2).exp() * torch.randn_like(mean)
        cause = gaussian_cause(
            call.points, call.codes, prior=prior, others={name: v.double() for name, v in others.items()}
        )
        if cause is None:
            return
        expected = f"{key!r}: as many points as codes, from " + (
            "N(0, I)" if prior else "the Gaussian with the mean and the covariance of these codes"
        )
        words = {"the codes": "the Gaussian fitted to the codes", "N(0, I)": "points of N(0, I)"}.get(
            cause[0], cause[0]
        )
        self.t.fail(expected=expected, found=f"{key!r}: {words}", hint=cause[1])

    def expect_error(self, result: dict[str, float], key: str) -> None:
        model, other = (self.ae, self.vae) if key.startswith("ae") else (self.vae, self.ae)
        value, right = result[key], error_of(model, self.test)
        if close(value, right, rel=1e-4):
            return
        cause = explained_by(value, wrong_errors(model, other, self.train, self.test), rel=1e-4)
        if cause is None and key == "vae error":
            with torch.no_grad():
                noisy = [(self.vae(self.test) - self.test).square().mean().item() for _ in range(20)]
            if min(noisy) * 0.97 < value < max(noisy) * 1.03:
                cause = (
                    "the error of a decoded sample, as forward gives it, not of the mean",
                    "vae(test) samples. The mean code reconstructs better: vae.decode(vae.encode(test)).",
                )
        cause = cause or (
            "a number that no usual mistake explains",
            "The mean of (model.decode(model.encode(test)) - test)**2 over all pixels of all test images.",
        )
        found = f"{key!r} is {number(value)}: {cause[0]}"
        self.t.fail(expected=f"{key!r}: {number(right)}", found=found, hint=cause[1])


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "posterior" in text and "StandInAE" in text:
        return "Only the VAE has a posterior; the AE has encode, decode and forward."
    if isinstance(error, AttributeError) and "StandIn" in text:
        return (
            "Both models have encode, decode and forward, and the VAE a posterior too. Nothing else is known of them."
        )
    if "scale_tril" in text:
        return "scale_tril is not the covariance but its root: torch.linalg.cholesky(cov). Or covariance_matrix=cov."
    if "positive-definite" in text or "PositiveDefinite" in text or "covariance_matrix" in text:
        return "Is the covariance that of the dimensions, (k, k)? torch.cov takes one row for each dimension: codes.T."
    if isinstance(error, ValueError) and "unpack" not in text and "metric" not in text:
        return "Nothing is to be refused here: the codes of both models have the same size."
    if "metric(codes, points)" in text:
        return "The metric takes two tensors (N, k)."
    if "numpy()" in text or "requires grad" in text:
        return "Measuring needs no gradients: with torch.no_grad()."
    if isinstance(error, NameError) and "sample" in text:
        return "Run the cell of task 5.1 first: its sample is used here."
    return ""
