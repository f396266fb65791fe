"""Tasks 5.5 and 5.6: trained models, compared and diagnosed."""

from __future__ import annotations

from typing import Any

from lessons_pkg.grading.probes.asking import images_of, refusal, seed_all
from lessons_pkg.grading.probes.vae_stand_ins import Collapsing, Metric, PlainCoder, SamplingCoder

__all__ = ["compare", "diagnose"]


def compare(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The results of each case (models, images to take, in training mode) with the calls of the metric behind them."""
    seed_all(given["seed"])
    train, test = images_of(given["train"]), images_of(given["test"])
    found = []
    for ae, vae, some, few, training in given["cases"]:
        models = PlainCoder(ae).train(training), SamplingCoder(vae).train(training)
        metric = Metric(given["numbers"])
        result = answer(*models, train[:some].clone(), test[:few].clone(), metric)
        found.append({"results": {key: result[key] for key in given["keys"]}, "calls": metric.calls})
    models = PlainCoder(given["cases"][0][0]).eval(), SamplingCoder(given["other"]).eval()
    return {"cases": found, "refused": refusal(answer, *models, train[:50], test[:50], Metric(given["numbers"]))}


def diagnose(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The diagnosis of each model (weights, in training mode), on the images it was made for."""
    images, found = images_of(given["images"]), []
    for weights, some, training in given["cases"]:
        result = answer(Collapsing(weights).train(training), images[:some].clone())
        found.append({key: result[key] for key in given["keys"]})
    return {"cases": found}
