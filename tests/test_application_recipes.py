"""The recipes of anomalies, new images and pictures: nothing leaks into a score, and copies are seen to be copies."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import data
from lessons_pkg.experiments import anomaly, anomaly_scores, foreign_images, generation, visualisation
from lessons_pkg.experiments.anomaly_scores import Scores

SMALL = Scores(images=200, code_dims=(2,), vae_dim=2, pca_sizes=(0, 2), neighbours=(1, 3), hidden=(8,), epochs=1)


@pytest.fixture(scope="module")
def digits() -> tuple[data.ImageSet, data.ImageSet]:
    train, test = data.digits()
    return train[:300], test[:120]


def test_no_score_sees_an_image_of_the_digit_that_is_left_out(digits, monkeypatch):
    seen = []

    def scores_of(train, seed, settings):
        seen.append(train.labels)
        return {"first pixel row": lambda images: images[:, 0, 2].sum(1)}

    monkeypatch.setattr(anomaly, "scores_of", scores_of)
    train, test = digits
    values = anomaly.run_seed(3, train, test, anomaly.Settings(left_out=(4, 7), scores=SMALL))
    drawn = train.take(200, 3).labels
    assert [labels.tolist() for labels in seen] == [drawn[drawn != label].tolist() for label in (4, 7)]
    assert {len(value) for measures in values.values() for value in measures.values()} == {2}
    # The neighbours are those of the images that are left, too.
    known = train.take(200, 3)
    known = known.images[known.labels != 7].flatten(1)
    distance = torch.cdist(test.images.flatten(1), known).sort(1).values[:, :3].mean(1)
    expected = anomaly_scores.judged(distance[test.labels != 7], distance[test.labels == 7])
    assert {name: value[1] for name, value in values["3-NN"].items()} == pytest.approx(expected, rel=1e-4)


def test_a_relative_error_does_not_change_with_the_contrast_about_the_mean_image(digits):
    train, test = digits
    scores = anomaly_scores.scores_of(train, 0, SMALL)
    assert set(scores) == {"PCA 0", "PCA 2", "AE 2", "PCA 2, relative", "AE 2, relative", *VAES}
    mean = train.images.mean(0)
    faint = mean + (test.images - mean) / 2
    assert torch.allclose(scores["PCA 2, relative"](faint), scores["PCA 2, relative"](test.images), rtol=1e-4)
    assert torch.allclose(scores["PCA 2"](faint), scores["PCA 2"](test.images) / 4, rtol=1e-4)


VAES = ("VAE, bernoulli", "VAE, gaussian")


def test_foreign_images_are_grey_values_and_none_is_of_the_own_set(digits):
    _, test = digits
    asked = foreign_images.others(test, 30, seed=0)
    assert all(images.min() >= 0 and images.max() <= 1 and images.shape[1:] == (1, 28, 28) for images in asked.values())
    assert {len(asked[kind]) for kind in ("grey", "black", "noise")} == {30}
    assert torch.equal(asked["half as bright"] * 2, test.images)
    assert asked["grey"].flatten(1).std(1).max() < 1e-6 < asked["grey"].std()
    assert asked["black"].max() == 0
    assert foreign_images.FOREIGN == {"mnist": "fashion-mnist", "fashion-mnist": "mnist"}


def test_copies_of_training_images_are_told_from_fresh_ones_and_precision_does_not_see_them(digits):
    train = digits[0].padded(32)
    more = data.digits()[0][300:900].padded(32).images
    bench = generation._bench(train, more[:200], more[200:400])
    copied, fresh = bench.judged(train.images[:200]), bench.judged(more[400:])
    assert copied["nearest"] < 1e-6
    assert copied["copies"] == 1
    assert fresh["nearest"] == pytest.approx(1, abs=0.2)
    assert fresh["copies"] < 0.05
    assert copied["precision"] == pytest.approx(fresh["precision"], abs=0.1)


def test_two_pictures_that_are_one_agree_in_everything():
    draw = torch.Generator().manual_seed(0)
    points, labels = torch.randn(80, 2, generator=draw), torch.arange(80) % 4
    assert visualisation._agree(points, points * 2, labels) == pytest.approx(
        {"distances": 1, "between_classes": 1, "neighbours_kept": 1}
    )
