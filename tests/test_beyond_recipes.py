"""What the recipes of the page "Beyond" compute for themselves, against other ways of computing it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lessons_pkg.experiments import score_matching as scoring
from lessons_pkg.experiments import sparse_autoencoder as sparse


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# --- scores ---------------------------------------------------------------------------------------------------------


def test_the_linear_score_is_that_of_the_gaussian_with_noise_added():
    points = draw(500, 2) @ torch.tensor([[1.0, 0.5], [0.0, 0.3]]) + 2
    x = draw(20, 2, seed=1).requires_grad_()
    covariance = torch.cov(points.T, correction=0) + 0.49 * torch.eye(2)
    known = torch.distributions.MultivariateNormal(points.mean(0), covariance)
    (gradient,) = torch.autograd.grad(known.log_prob(x).sum(), x)
    assert torch.allclose(scoring.linear_score(points)(x.detach(), 0.7), gradient, atol=1e-4)


def test_the_relative_error_is_0_for_the_exact_answer_and_1_for_none():
    exact = draw(50, 2)
    assert scoring.relative_error(exact, exact) == 0
    assert scoring.relative_error(torch.zeros(50, 2), exact) == pytest.approx(1)
    assert scoring.relative_error(1.3 * exact, exact) == pytest.approx(0.3, rel=1e-5)


def test_what_is_empty_lies_far_from_every_bell_and_few_points_lie_there():
    known = scoring.truth()
    own = known.sample(20_000, noise=0.1, seed=5)
    assert scoring.empty(known, own, 0.1, 0.001).double().mean() < 0.003
    far = torch.cat([known.means.mean(0, keepdim=True), torch.tensor([[3.0, 3.0]])])
    assert scoring.empty(known, far, 0.1, 0.001).all()
    assert not scoring.empty(known, known.means, 0.1, 0.001).any()


def test_exact_points_are_judged_well_and_points_elsewhere_are_not():
    known = scoring.truth()
    good = scoring.judge(known.sample(4000, noise=0.05, seed=1), known, 0.05, 0)
    assert good["share_error"] < 0.03
    assert good["astray"] < 0.005
    assert abs(good["mmd"]) < 0.002
    moved = known.sample(4000, noise=0.05, seed=1) + torch.tensor([1.0, 0.0])
    assert scoring.judge(moved, known, 0.05, 0)["astray"] > 0.5
    one = scoring.judge(known.means[:1].expand(4000, 2), known, 0.05, 0)
    assert one["share_error"] == pytest.approx(0.4, abs=1e-6)  # all in the bell of weight 0.6


# --- sparse features ------------------------------------------------------------------------------------------------


def test_pursuit_is_that_of_scikit_learn():
    from sklearn.linear_model import orthogonal_mp

    rows, directions = draw(30, 12), F.normalize(draw(40, 12, seed=1), dim=1)
    for k in (1, 3, 6):
        numbers = orthogonal_mp(directions.T.double().numpy(), rows.T.double().numpy(), n_nonzero_coefs=k)
        known = directions.T.double().numpy() @ numbers
        assert np.allclose(sparse.pursuit(rows, directions, k).T.numpy(), known, atol=1e-3)


def test_pursuit_with_directions_at_right_angles_is_a_projection():
    rows, basis = draw(30, 12), torch.linalg.qr(draw(12, 12, seed=1))[0]
    assert torch.allclose(sparse.pursuit(rows, basis.T, 12), rows, atol=1e-3)


def test_auroc_is_that_of_scikit_learn_ties_and_all():
    from sklearn.metrics import roc_auc_score

    scores = F.relu(draw(200, 5)).round(decimals=1)
    positive = draw(200, seed=1) + scores[:, 0] > 0.5
    known = [roc_auc_score(positive.numpy(), column.numpy()) for column in scores.T]
    assert np.allclose(sparse.auroc(scores, positive).numpy(), known)


def test_the_finder_of_a_class_is_chosen_on_training_rows_and_measured_on_others():
    labels = torch.arange(400) % 2
    good, turned = labels + 0.1 * draw(400), -1.0 * labels + 0.3 * draw(400, seed=1)
    noise = draw(400, seed=2)
    rows = torch.stack([noise, good, turned], dim=1)
    swapped = torch.stack([good, noise, turned], dim=1)  # on the test rows the good column is useless
    found = sparse.class_finders(rows, labels, swapped, labels, 2)
    assert 0.3 < found[1] < 0.7
    assert found[0] == pytest.approx(sparse.auroc(swapped[:, 2:], labels == 0).item())
    only = sparse.class_finders(rows[:, 2:], labels, rows[:, 2:], labels, 2, signed=True)
    assert min(only) > 0.95  # read the other way round for class 1
    assert sparse.class_finders(rows[:, 2:], labels, rows[:, 2:], labels, 2)[1] < 0.1


def test_what_is_explained_is_1_for_a_copy_and_0_for_the_mean():
    rows = draw(100, 6) + 3
    assert sparse.explained(rows, rows, rows.mean(0)) == 1
    assert sparse.explained(rows.mean(0).expand_as(rows), rows, rows.mean(0)) == pytest.approx(0, abs=1e-6)


def test_a_direction_finds_itself_again():
    directions = F.normalize(draw(20, 8), dim=1)
    assert torch.allclose(sparse.nearest_cosines(directions, directions.flip(0)), torch.ones(20), atol=1e-6)
    assert sparse.nearest_cosines(directions, -directions).max() < 0.999


def test_a_feature_that_is_active_once_is_not_dead():
    model = sparse.SparseAE(4, 6, 2)
    with torch.no_grad():
        model.bias[:] = torch.tensor([0.0, 0.0, 0.0, -100.0, -100.0, 5.0])
    rows = torch.zeros(6000, 4)
    rows[7] = 100 * model.encoder[0].detach()  # feature 0, in this row alone
    alive = sparse.ever_active(model, rows)
    assert alive[0]
    assert alive[5]
    assert not alive[3:5].any()
