"""Measures of what is wrong with a latent space, against closed forms, exact averages over all ways to split, and
constructions whose answer is known."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lessons_pkg import latent

SQUARE = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])  # mean 0, covariance I


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def uniform(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rotation(k: int, seed: int = 0) -> torch.Tensor:
    return torch.linalg.qr(normal(k, k, seed=seed))[0]


def covariance(points: torch.Tensor) -> torch.Tensor:
    return torch.cov(points.double().T, correction=0).reshape(points.shape[1], -1)


def splits(points: torch.Tensor, size: int):
    """All the ways to choose the first ``size`` of the points: two samples of one and the same distribution."""
    everyone = set(range(len(points)))
    for chosen in itertools.combinations(range(len(points)), size):
        yield points[list(chosen)], points[sorted(everyone - set(chosen))]


class Maps(nn.Module):
    """A model made of two functions, that notes in which mode it is called."""

    def __init__(self, decode, encode=None):
        super().__init__()
        self.drop = nn.Dropout(0.5)
        self.maps = decode, encode
        self.largest_batch = 0

    def decode(self, z):
        assert not self.training
        assert not torch.is_grad_enabled()
        self.largest_batch = max(self.largest_batch, len(z))
        return self.maps[0](self.drop(z))

    def encode(self, x):
        return self.maps[1](self.drop(x))


# --- where one may sample from --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_box_uniform_fills_the_box_evenly_and_never_leaves_it(dtype, rng_untouched):
    codes = torch.tensor([[-1.0, 5.0, 0.3], [3.0, 7.0, 0.3], [0.0, 5.5, 0.3]], dtype=dtype)
    points = latent.box_uniform(codes, 20000)
    assert points.shape == (20000, 3)
    assert points.dtype == dtype
    assert (points >= codes.amin(0)).all()
    assert (points <= codes.amax(0)).all()
    assert (points[:, 2] == codes[0, 2]).all()
    for j, (low, wide) in enumerate([(-1, 4), (5, 2)]):
        share = torch.histc((points[:, j] - low) / wide, bins=10, min=0, max=1) / 20000
        assert (share - 0.1).abs().max() < 4 * math.sqrt(0.1 * 0.9 / 20000) + 1e-6
    assert abs(np.corrcoef(points[:, :2].T.numpy())[0, 1]) < 0.03  # 4 standard errors


def test_fitted_gaussian_has_the_mean_and_covariance_of_the_codes(rng_untouched):
    codes = (normal(50, 3) @ normal(3, 3, seed=1) + 4).float()
    points = latent.fitted_gaussian(codes, 200_000)
    assert points.dtype == torch.float32
    spread = covariance(codes)
    scale = spread.diagonal().sqrt()
    assert ((points.double().mean(0) - codes.double().mean(0)) / scale).abs().max() < 4 / math.sqrt(200_000)
    assert ((covariance(points) - spread) / torch.outer(scale, scale)).abs().max() < 4 * math.sqrt(2 / 200_000)
    # bell-shaped: the fourth moment of a Gaussian is 3, of a uniform distribution 1.8
    assert (((points.double() - codes.double().mean(0)) / scale) ** 4).mean() == pytest.approx(3, abs=0.05)


def test_fitted_gaussian_stays_in_the_plane_where_the_codes_lie():
    codes = torch.cat([normal(40, 2), torch.full((40, 1), 7.0)], dim=1)
    assert (latent.fitted_gaussian(codes, 50)[:, 2] - 7).abs().max() < 1e-6


def test_standard_normal_is_standard_normal(rng_untouched):
    points = latent.standard_normal(3, 100_000).double()
    assert points.mean(0).abs().max() < 4 / math.sqrt(100_000)
    assert (covariance(points) - torch.eye(3)).abs().max() < 4 * math.sqrt(2 / 100_000)
    assert (points**4).mean() == pytest.approx(3, abs=0.08)


@pytest.mark.parametrize(
    "draw",
    [
        lambda **seed: latent.box_uniform(SQUARE, 7, **seed),
        lambda **seed: latent.fitted_gaussian(SQUARE, 7, **seed),
        lambda **seed: latent.standard_normal(2, 7, **seed),
    ],
)
def test_the_same_seed_gives_the_same_points_and_another_seed_others(draw):
    assert torch.equal(draw(), draw(seed=0))
    assert not torch.equal(draw(), draw(seed=1))


@settings(deadline=None, max_examples=40)
@given(k=st.integers(1, 6), seed=st.integers(0, 999), size=st.floats(1e-3, 1e3), away=st.floats(-100, 100))
def test_whitened_codes_have_mean_zero_and_identity_covariance(k, seed, size, away):
    codes = normal(60, k, seed=seed) @ rotation(k, seed + 1) * torch.logspace(0, 1, k) * size + away * size
    found = latent.whitening(codes)
    white = found.apply(codes)
    assert white.mean(0).abs().max() < 1e-8
    assert (covariance(white) - torch.eye(k)).abs().max() < 1e-8
    # An affine map: it does with other points what it does with their combination.
    a, b = codes[:20], codes[20:40]
    assert torch.allclose(found.apply(2 * a - b), 2 * found.apply(a) - found.apply(b), atol=1e-8)


def test_whitening_of_known_codes_divides_by_the_standard_deviation():
    codes = SQUARE * torch.tensor([2.0, 0.5]) + torch.tensor([10.0, -3.0])
    found = latent.whitening(codes)
    assert torch.allclose(found.mean, torch.tensor([10.0, -3.0]).double())
    assert torch.allclose(
        found.apply(torch.tensor([[12.0, -3.0], [10.0, -2.0]])), torch.tensor([[1.0, 0], [0, 2]]).double()
    )
    with pytest.raises(ValueError, match="points has 3 numbers per point, but 2 are expected"):
        found.apply(torch.zeros(4, 3))


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (torch.ones(20, 3), "3 of 3 directions of the codes carry no variance"),
        (torch.zeros(20, 2), "2 of 2 directions"),
        (torch.cat([normal(20, 3).float(), torch.full((20, 2), 0.3)], dim=1), "2 of 5 directions"),
        (normal(20, 2).float() @ torch.tensor([[1.0, 0.3, -0.7], [0.2, 1.0, 0.1]]) + 1e5, "1 of 3 directions"),
        (normal(3, 5), "3 of 5 directions"),  # three points span a plane
    ],
)
def test_directions_without_variance_are_counted_and_refused(codes, said):
    with pytest.raises(ValueError, match=said):
        latent.whitening(codes)


def test_a_direction_of_little_variance_is_still_whitened():
    codes = (SQUARE * torch.tensor([1.0, 1e-3])).float()
    assert torch.allclose(covariance(latent.whitening(codes).apply(codes)), torch.eye(2).double(), atol=1e-4)


# --- problem 1: area ------------------------------------------------------------------------------------------------


def test_class_shares_are_the_areas_of_the_nearest_codes():
    codes = torch.tensor([[0.0, 0], [1.0, 0], [10.0, 0], [0.2, 0]])  # borders at 0.1, 0.6 and 5.5
    points = torch.stack([(torch.arange(1000) + 0.5) / 100, torch.zeros(1000)], dim=1)
    shares = latent.class_shares(points, codes, torch.tensor([2, 0, 1, 2]), classes=4)
    assert shares.tolist() == pytest.approx([0.49, 0.45, 0.06, 0])
    assert shares.shape == (4,)


def test_a_dense_class_in_a_small_place_has_a_small_area():
    centre, ring = 0.1 * normal(900, 2), 10 * nn.functional.normalize(normal(100, 2, seed=1))
    labels = torch.arange(1000) // 900
    points = latent.box_uniform(torch.cat([centre, ring]), 20000)
    shares = latent.class_shares(points, torch.cat([centre, ring]), labels, classes=2)
    assert shares[0] < 0.3  # nine codes of ten: the disc of half the radius, pi / 16 = 0.196 of the square
    assert shares[0] == pytest.approx(math.pi / 16, abs=0.03)


@pytest.mark.parametrize("k", [2, 12])  # a tree, and brute force
def test_class_shares_agree_with_brute_force_and_do_not_depend_on_position_scale_and_rotation(k):
    codes, points = normal(200, k), normal(300, k, seed=1)
    labels = torch.arange(200) % 5
    nearest = (points[:, None] - codes).square().sum(2).argmin(1)
    truth = torch.bincount(labels[nearest], minlength=5) / 300
    assert latent.class_shares(points, codes, labels, 5).tolist() == pytest.approx(truth.tolist())
    turn = 3 * rotation(k)
    moved = latent.class_shares(points @ turn + 1000, codes @ turn + 1000, labels, 5)
    assert moved.tolist() == pytest.approx(truth.tolist())


def test_evenness_of_known_shares():
    assert latent.evenness(torch.full((10,), 0.1)) == pytest.approx(1)
    assert latent.evenness(torch.full((7,), 1 / 7)) <= 1
    assert latent.evenness(torch.tensor([0.0, 1, 0])) == 0
    assert latent.evenness(torch.tensor([0.5, 0.5, 0, 0])) == pytest.approx(0.5)  # log 2 / log 4
    assert latent.evenness(torch.tensor([0.5, 0.25, 0.25, 0])) == pytest.approx(0.75)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=12))
def test_evenness_is_between_0_and_1_and_blind_to_the_order(weights):
    shares = torch.tensor(weights, dtype=torch.float64)
    found = latent.evenness(shares / shares.sum())
    assert 0 <= found <= 1
    assert latent.evenness((shares / shares.sum()).flip(0)) == pytest.approx(found)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (torch.zeros(3).long(), "one per code"),
        (torch.zeros(4), "whole numbers"),
        (torch.tensor([0, 1, 2, 10]), "labels lie in 0 to 9; these reach from 0 to 10"),
        (torch.tensor([0, -1, 2, 1]), "reach from -1"),
    ],
)
def test_labels_that_fit_no_code_or_no_class_are_refused(labels, said):
    with pytest.raises(ValueError, match=said):
        latent.class_shares(SQUARE, SQUARE, labels)


@pytest.mark.parametrize(
    "shares",
    [torch.ones(1), torch.ones(2), torch.tensor([1.5, -0.5]), torch.full((2, 2), 0.25), torch.tensor([math.nan, 1])],
)
def test_what_is_no_set_of_shares_has_no_evenness(shares):
    with pytest.raises(ValueError, match="with sum 1"):
        latent.evenness(shares)


# --- problem 2: distribution ----------------------------------------------------------------------------------------


def test_code_ranges_are_the_extremes_of_each_dimension():
    codes = torch.tensor([[1.0, -4.0], [3.0, 2.0], [-2.0, 0.5]])
    assert latent.code_ranges(codes).tolist() == [[-2, 3], [-4, 2]]


def test_asymmetry_is_the_share_of_the_mean_in_the_mean_square():
    assert latent.asymmetry(SQUARE) == 0
    assert latent.asymmetry(torch.full((9, 3), -2.0)) == pytest.approx(1)
    assert latent.asymmetry(SQUARE + 1) == pytest.approx(0.5)  # |mean|^2 = 2, mean |z|^2 = 4
    codes = normal(100, 3) + torch.tensor([1.0, 2, 3])
    assert latent.asymmetry(5 * codes @ rotation(3)) == pytest.approx(latent.asymmetry(codes))
    with pytest.raises(ValueError, match="all codes are 0"):
        latent.asymmetry(torch.zeros(5, 2))


def test_a_lopsided_cloud_around_0_escapes_asymmetry_but_not_mirror_asymmetry():
    lopsided = -torch.log(uniform(2000, 1)) - 1  # exponential, shifted to mean 0
    lopsided = lopsided - lopsided.mean()
    assert latent.asymmetry(lopsided) < 1e-20
    assert latent.mirror_asymmetry(lopsided) > 0.02
    assert abs(latent.mirror_asymmetry(normal(2000, 1))) < 0.004


def mmd_by_hand(x: np.ndarray, y: np.ndarray, h: float) -> float:
    kernel = lambda a, b: math.exp(-float(((a - b) ** 2).sum()) / (2 * h * h))  # noqa: E731
    m, n = len(x), len(y)
    within_x = sum(kernel(x[i], x[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    within_y = sum(kernel(y[i], y[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    return within_x + within_y - 2 * sum(kernel(a, b) for a in x for b in y) / (m * n)


def gaussian_mmd(mean_x, cov_x, mean_y, cov_y, h: float) -> float:
    """The expectation: x - y is Gaussian, and so is the kernel, so each term is a Gaussian integral."""

    def kernel(mean, cov):
        k = len(mean)
        inside = torch.eye(k) + cov / h**2
        return float(inside.det().rsqrt() * torch.exp(-0.5 * mean @ torch.linalg.inv(cov + h**2 * torch.eye(k)) @ mean))

    zero = torch.zeros_like(mean_x)
    return kernel(zero, 2 * cov_x) + kernel(zero, 2 * cov_y) - 2 * kernel(mean_x - mean_y, cov_x + cov_y)


@pytest.mark.parametrize(("m", "n", "k"), [(2, 2, 1), (7, 4, 2), (530, 3, 2), (3, 530, 3)])
def test_mmd_is_its_definition(m, n, k):
    x, y = normal(m, k), 1.5 * normal(n, k, seed=1) + 0.5
    assert latent.mmd(x, y, bandwidth=0.8) == pytest.approx(mmd_by_hand(x.numpy(), y.numpy(), 0.8), abs=1e-9)
    everyone = torch.cat([x, y])
    median = np.median([(a - b).norm() for a, b in itertools.combinations(everyone, 2)]) if m + n < 20 else None
    if median is not None:
        assert latent.mmd(x, y) == pytest.approx(mmd_by_hand(x.numpy(), y.numpy(), median), abs=1e-9)


@pytest.mark.parametrize(("k", "h"), [(1, 1.0), (2, 0.5), (3, 2.0)])
def test_mmd_between_two_gaussians_is_the_closed_form(k, h):
    mean, root = torch.linspace(0.3, 0.6, k), torch.tril(normal(k, k, seed=9)).float()
    truth = gaussian_mmd(torch.zeros(k), torch.eye(k), mean, root @ root.T, h)
    found = [
        latent.mmd(normal(150, k, seed=s), normal(100, k, seed=s + 1000) @ root.T.double() + mean, bandwidth=h)
        for s in range(60)
    ]
    error = np.std(found, ddof=1) / math.sqrt(60)
    assert truth > 8 * error  # else this would say little
    assert abs(np.mean(found) - truth) < 4 * error


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("bandwidth", [None, 0.7])
def test_mmd_is_unbiased_on_average_over_all_splits_of_a_set_it_is_zero(size, bandwidth):
    points = normal(7, 2, seed=3) + torch.tensor([1.0, 0])
    values = [latent.mmd(x, y, bandwidth=bandwidth) for x, y in splits(points, size)]
    assert np.mean(values) == pytest.approx(0, abs=1e-12)
    assert min(values) < -1e-3  # so some are negative


def test_mmd_of_far_apart_points_tends_to_2_and_does_not_depend_on_place_rotation_and_scale():
    assert latent.mmd(torch.zeros(3, 1), torch.full((5, 1), 1e6), bandwidth=1) == pytest.approx(2)
    x, y = normal(40, 3), normal(30, 3, seed=1) * 2
    value = latent.mmd(x, y)
    assert latent.mmd(y, x) == pytest.approx(value)
    turn = rotation(3)
    assert latent.mmd(1e-3 * x @ turn + 5, 1e-3 * y @ turn + 5) == pytest.approx(value)
    assert latent.mmd(x + 1e4, y + 1e4, bandwidth=1) == pytest.approx(latent.mmd(x, y, bandwidth=1), abs=1e-9)


def test_the_bandwidth_of_a_large_sample_is_the_median_of_some_pairs(rng_untouched):
    x, y = normal(3000, 2), normal(2500, 2, seed=1) + 1
    median = float(torch.pdist(torch.cat([x, y])).median())
    assert latent.mmd(x, y) == pytest.approx(latent.mmd(x, y, bandwidth=median), rel=0.02)
    assert latent.mmd(x, y) == latent.mmd(x, y)


@pytest.mark.parametrize("bandwidth", [0.0, -1.0, math.nan, math.inf])
def test_a_bandwidth_that_is_not_above_0_is_refused(bandwidth):
    with pytest.raises(ValueError, match="one above 0"):
        latent.mmd(SQUARE, SQUARE + 1, bandwidth=bandwidth)


def test_a_sample_of_equal_points_has_no_median_bandwidth():
    with pytest.raises(ValueError, match=r"the bandwidth is 0\.0"):
        latent.mmd(torch.ones(9, 2), torch.ones(9, 2))


def test_mirror_asymmetry_of_a_shifted_gaussian_is_the_closed_form_and_of_a_centred_one_zero():
    shift = torch.tensor([0.5, -0.3])
    for mean in (torch.zeros(2), shift):
        truth = gaussian_mmd(mean, torch.eye(2), -mean, torch.eye(2), 1.2)
        found = [latent.mirror_asymmetry(normal(121, 2, seed=s) + mean, bandwidth=1.2) for s in range(80)]
        assert abs(np.mean(found) - truth) < 4 * np.std(found, ddof=1) / math.sqrt(80)


def test_mirror_asymmetry_uses_disjoint_halves():
    # Six codes, each 3 or -3 as a coin falls, so symmetric: over all 64 ways that the coins can fall the average is
    # exactly 0. Against its own mirror image a set would get 1/6, since no code is ever near its own mirror image.
    falls = [3 * torch.tensor(signs)[:, None] for signs in itertools.product((-1.0, 1.0), repeat=6)]
    assert np.mean([latent.mirror_asymmetry(codes, bandwidth=1.0) for codes in falls]) == pytest.approx(0, abs=1e-12)
    assert np.mean([latent.mmd(codes, -codes, bandwidth=1.0) for codes in falls]) == pytest.approx(1 / 6)


def test_mirror_asymmetry_does_not_depend_on_the_order_of_the_classes(rng_untouched):
    clusters = [0.1 * normal(500, 1, seed=i) + centre for i, centre in enumerate((-3, 3, -1, 1))]
    assert abs(latent.mirror_asymmetry(torch.cat(clusters))) < 0.01  # first half +-3, second +-1: unshuffled about 0.5


# --- problem 3: holes -----------------------------------------------------------------------------------------------


def test_neighbour_distance_is_in_units_of_the_median_held_out_distance():
    held_out = torch.tensor([[1.5, 1.0], [-1.0, 1.5], [1.0, -2.0]])  # 0.5, 0.5 and 1 from a code
    points = torch.tensor([[1.0, 3.0], [1.0, 1.0], [0.0, 0.0]])
    assert latent.neighbour_distance(points, SQUARE, held_out).tolist() == pytest.approx([4, 0, 2 * math.sqrt(2)])
    assert latent.hole_share(points, SQUARE, held_out) == pytest.approx(1 / 3)
    assert latent.hole_share(points, SQUARE, held_out, radius=2.5) == pytest.approx(2 / 3)
    assert latent.hole_share(points[:1], SQUARE, held_out, radius=4) == 0  # at the radius is within it


@pytest.mark.parametrize("k", [2, 12])
def test_neighbour_distance_does_not_change_under_affine_maps_of_the_code_space(k):
    codes, held_out, points = normal(300, k), normal(80, k, seed=1), 2 * normal(50, k, seed=2)
    value = latent.neighbour_distance(points, codes, held_out)
    shear = normal(k, k, seed=4) + 2 * torch.eye(k)
    moved = latent.neighbour_distance(*(part @ shear + 5 for part in (points, codes, held_out)))
    assert torch.allclose(value, moved, rtol=1e-6)
    assert latent.neighbour_distance(held_out, codes, held_out).median() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(("k", "radius"), [(1, 3.0), (2, 1.5), (2, 2.0), (2, 3.0), (3, 1.5), (3, 2.0)])
def test_a_fresh_code_among_evenly_spread_codes_is_further_than_r_medians_with_probability_2_to_minus_r_to_the_k(
    k, radius
):
    codes = uniform(20000, k)
    fresh = 0.1 + 0.8 * uniform(80000, k, seed=1)  # away from the border, where part of the ball is empty
    held_out, points = fresh.split(40000)
    truth = 2 ** -(radius**k)
    # The points share their neighbours: as if there were fewer of them than there are codes.
    error = math.sqrt(truth * (1 - truth) / 10000)
    assert abs(latent.hole_share(points, codes, held_out, radius=radius) - truth) < 4 * error


def test_the_gap_between_two_clusters_is_a_hole():
    codes, held_out = (
        0.2 * normal(n, 2, seed=n) + torch.tensor([5.0, 0]) * normal(n, 1, seed=n + 1).sign() for n in (2000, 500)
    )
    middle = torch.stack([torch.linspace(-2, 2, 9), torch.zeros(9)], dim=1)
    assert latent.hole_share(middle, codes, held_out) == 1
    assert latent.hole_share(held_out, codes, held_out) < 0.1
    assert latent.hole_share(latent.fitted_gaussian(codes, 4000), codes, held_out) > 0.7


def test_means_of_a_collapsed_dimension_make_a_hole_of_everything_and_draws_do_not():
    means, fresh = (torch.cat([normal(n, 1, seed=n), 1e-3 * normal(n, 1, seed=n + 1)], dim=1) for n in (3000, 1000))
    noise = torch.tensor([0.0, 1.0])
    codes, held_out = (z + noise * normal(len(z), 2, seed=9 + len(z)) for z in (means, fresh))
    prior = latent.standard_normal(2, 2000).double()
    assert latent.hole_share(prior, means, fresh) > 0.9
    assert latent.hole_share(prior, codes, held_out) == pytest.approx(
        latent.hole_share(held_out, codes, held_out), abs=0.03
    )


def test_codes_that_are_not_held_out_are_refused():
    codes = normal(50, 12)
    with pytest.raises(ValueError, match="hold out codes that are not among the codes"):
        latent.neighbour_distance(codes, codes, codes[:20])
    with pytest.raises(ValueError, match="hold out codes that are not among the codes"):
        latent.neighbour_distance(codes, codes, codes[:20].float())  # the same but for rounding
    with pytest.raises(ValueError, match="1 of 3 directions"):
        latent.neighbour_distance(codes[:, :3], codes[:, [0, 1, 1]], codes[:, :3])


@pytest.mark.parametrize("radius", [0.0, -1.0, math.nan, math.inf])
def test_a_radius_that_is_not_above_0_is_refused(radius):
    with pytest.raises(ValueError, match="the radius is above 0"):
        latent.hole_share(SQUARE, SQUARE, SQUARE + 1, radius=radius)


def test_round_trip_error_is_the_whitened_distance_per_dimension():
    codes = SQUARE.repeat(3, 1) * torch.tensor([2.0, 0.5])
    shift = torch.tensor([3.0, 1.0])  # 1.5 and 2 standard deviations
    model = Maps(lambda z: z.unflatten(1, (1, 1, 2)), lambda x: (x + shift).mT)  # codes with places: (N, 1, 2, 1)
    points = normal(2300, 2).float()
    found = latent.round_trip_error(model, points, codes)
    assert found.shape == (2300,)
    assert torch.allclose(found, torch.tensor(math.sqrt((1.5**2 + 2**2) / 2)).double(), atol=1e-5)
    assert model.largest_batch == 1000
    back = Maps(lambda z: 3 * z - 1, lambda x: (x + 1) / 3)
    assert latent.round_trip_error(back, points, codes).max() < 1e-5


def test_round_trip_error_of_an_unrelated_answer_is_about_the_square_root_of_2():
    codes = normal(4000, 5) @ normal(5, 5, seed=1)
    answers = iter((normal(1000, 5, seed=2) @ normal(5, 5, seed=1)).split(1000))
    found = latent.round_trip_error(Maps(lambda z: z, lambda x: next(answers)), codes[:1000], codes)
    assert found.square().mean().sqrt() == pytest.approx(math.sqrt(2), rel=0.03)


def test_round_trip_error_does_not_change_when_the_code_space_is_mapped():
    codes, points = normal(100, 2).float(), normal(30, 2, seed=1).float()
    shear = torch.tensor([[1.0, 2], [0, 3]])
    one = Maps(lambda z: z.tanh(), lambda x: x + 0.1)
    same = Maps(lambda z: ((z - 4) @ torch.linalg.inv(shear)).tanh(), lambda x: (x + 0.1) @ shear + 4)
    value = latent.round_trip_error(one, points, codes)
    assert torch.allclose(latent.round_trip_error(same, points @ shear + 4, codes @ shear + 4), value, atol=1e-4)


def test_an_encoder_that_gives_another_number_of_numbers_is_refused():
    with pytest.raises(ValueError, match=r"encode\(decode\(z\)\) has 3 numbers per point, but 2"):
        latent.round_trip_error(Maps(lambda z: z, lambda x: torch.zeros(len(x), 3)), SQUARE, SQUARE)
    with pytest.raises(ValueError, match=r"encode\(decode\(z\)\) contains NaN"):
        latent.round_trip_error(Maps(lambda z: z, lambda x: x * math.nan), SQUARE, SQUARE)


LINE = torch.tensor([[0.0]]), torch.tensor([[1.0]])


def image(*channels: torch.Tensor) -> torch.Tensor:
    return torch.cat(channels, dim=1)[:, None, None]  # (N, 1, 1, pixels)


@pytest.mark.parametrize(
    ("decode", "rough", "around"),
    [
        (lambda z: image(3 * z + 1, -z), 1, 1),  # evenly, and straight
        (lambda z: image((z > 0.4).float(), z * 0), 8, 1),  # one jump
        (lambda z: image((z > 0.4).float(), (z > 0.7).float()), 4, math.sqrt(2)),  # two jumps, at a right angle
        (lambda z: image(z**2, z * 0), 15 / 8, 1),  # odd numbers: the last step 15/64, the mean 1/8
        (
            lambda z: image(torch.cos(math.pi * z), torch.sin(math.pi * z)),
            1,
            8 * math.sin(math.pi / 16),
        ),  # half a circle
        (lambda z: image(z * 0 + 5, z * 0), 1, 1),  # nothing changes
        (lambda z: image((z > 0.4).float() * (z < 0.6), z * 0), 4, math.inf),  # there and back
        (lambda z: image((z > 0.4).float() * (z < 0.6), z * 1e-7), 4, math.inf),  # back but for rounding
    ],
)
def test_roughness_and_detour_of_known_paths(decode, rough, around):
    model = Maps(decode)
    assert latent.roughness(model, *LINE, steps=8).tolist() == pytest.approx([rough], rel=1e-5)
    assert latent.detour(model, *LINE, steps=8).tolist() == pytest.approx([around], rel=1e-5)


def test_roughness_and_detour_do_not_change_with_the_brightness_and_contrast_of_the_images():
    weight = normal(3, 20).float()
    starts, ends = normal(70, 3, seed=1).float(), normal(70, 3, seed=2).float()
    plain, changed = Maps(lambda z: (z @ weight).tanh()), Maps(lambda z: 5 - 4 * (z @ weight).tanh())
    for measure in (latent.roughness, latent.detour):
        value = measure(plain, starts, ends)
        assert value.shape == (70,)
        assert (value > 1.01).all()
        assert torch.allclose(measure(changed, starts, ends), value, rtol=1e-3)
        # each line by itself, and in either direction
        assert torch.allclose(measure(plain, ends[40:], starts[40:]), value[40:], rtol=1e-3)
        assert measure(plain, starts, ends, steps=1).tolist() == pytest.approx([1] * 70)
    assert plain.largest_batch <= 1000


def test_the_noise_of_rounding_is_no_change():
    noisy = Maps(lambda z: 1 + 1e-7 * torch.sin(1e6 * torch.arange(len(z) * 4.0)).reshape(len(z), 4))
    assert latent.roughness(noisy, *LINE).item() == 1
    assert latent.detour(noisy, *LINE).item() == 1


@pytest.mark.parametrize("measure", [latent.roughness, latent.detour])
@pytest.mark.parametrize(
    ("starts", "ends", "steps", "said"),
    [
        (SQUARE, SQUARE[:3], 8, r"one end for each start: got \(4, 2\) and \(3, 2\)"),
        (SQUARE, SQUARE, 0, "steps is a whole number of at least 1"),
        (SQUARE, SQUARE, 2.5, "steps is a whole number of at least 1"),
        (SQUARE * math.nan, SQUARE, 8, "starts contains NaN"),
        (SQUARE, SQUARE[0], 8, "ends is a tensor"),
    ],
)
def test_lines_without_an_end_are_refused(measure, starts, ends, steps, said):
    with pytest.raises(ValueError, match=said):
        measure(Maps(lambda z: z), starts, ends, steps=steps)


def test_images_with_nan_are_refused():
    with pytest.raises(ValueError, match=r"decode\(z\) contains NaN"):
        latent.roughness(Maps(lambda z: z / 0 * 0), *LINE)


class Judge(nn.Module):
    """Logits that are the image's pixels; must be asked in eval mode."""

    def __init__(self):
        super().__init__()
        self.drop, self.frozen, self.scale = nn.Dropout(0.9), nn.Dropout(0.9), nn.Parameter(torch.ones(()))

    def forward(self, x):
        return self.scale * self.frozen(self.drop(x.flatten(1)))


class TinyAE(Judge):
    def encode(self, x):
        return self(x)

    decode = encode


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "measure",
    [
        lambda model: latent.round_trip_error(model, SQUARE, SQUARE),
        lambda model: latent.roughness(model, SQUARE, -SQUARE),
        lambda model: latent.detour(model, SQUARE, -SQUARE),
        lambda model: latent.doubt(model, SQUARE[:, None, None]),
    ],
)
def test_models_are_asked_in_eval_mode_without_gradients_and_every_mode_is_restored(measure, training):
    model = TinyAE().train(training)
    model.frozen.eval()  # one part of it stays frozen whatever the rest does
    found = measure(model)
    assert torch.equal(found, measure(model))  # no dropout
    assert not found.requires_grad
    assert found.dtype == torch.float64
    assert [part.training for part in model.modules()] == [training, training, False]


def test_the_mode_is_restored_when_the_model_fails():
    judge = nn.Sequential(Judge(), nn.Linear(3, 3))  # the images have 2 pixels
    with pytest.raises(RuntimeError):
        latent.doubt(judge, SQUARE[:, None, None])
    assert judge.training


# --- fidelity -------------------------------------------------------------------------------------------------------


def test_doubt_is_the_normalised_entropy_of_the_judges_probabilities():
    logits = torch.tensor(
        [
            [0.0, 0, 0, 0],
            [1000.0, 0, 0, 0],
            [50.0, 50, -1000, -1000],
            [math.log(4), math.log(2), math.log(1), math.log(1)],  # 1/2, 1/4, 1/8, 1/8: 7/4 bits of 2
        ]
    )
    found = latent.doubt(Judge(), logits[:, None, None], batch_size=3)
    assert found.tolist() == pytest.approx([1, 0, 0.5, 7 / 8])
    assert torch.allclose(latent.doubt(Judge(), logits[:, None, None] + 7), found, atol=1e-6)  # logits have no zero
    assert latent.doubt(Judge(), torch.zeros(1, 1, 1, 7)).item() <= 1


def test_doubt_takes_an_image_set(digits):
    part = digits[0][:5]
    assert torch.equal(latent.doubt(Judge(), part), latent.doubt(Judge(), part.images))


@pytest.mark.parametrize(
    ("judge", "images", "said"),
    [
        (nn.Flatten(), torch.zeros(3, 1, 1, 1), r"C at least 2; got \(3, 1\)"),
        (nn.Identity(), torch.zeros(3, 1, 2, 2), r"judge\(images\) is a tensor \(N, k\)"),
        (nn.Flatten(0, 2), torch.zeros(3, 1, 2, 2), r"gives logits \(3, C\)"),
        (nn.Flatten(), torch.full((3, 1, 2, 2), math.nan), "the images contain NaN"),
        (
            nn.Sequential(nn.Flatten(), nn.Threshold(1, math.inf)),
            torch.zeros(3, 1, 2, 2),
            r"judge\(images\) contains NaN",
        ),
        (nn.Flatten(), torch.zeros(0, 1, 2, 2), "no images"),
    ],
)
def test_what_gives_no_logits_for_every_image_is_no_judge(judge, images, said):
    with pytest.raises(ValueError, match=said):
        latent.doubt(judge, images)


def by_hand(real: torch.Tensor, fake: torch.Tensor, k: int) -> tuple[float, float, float, float]:
    """Precision, recall, density, coverage from whole tables of distances."""

    def distances(a, b):
        return np.linalg.norm(a[:, None].numpy() - b[None].numpy(), axis=2)

    reach_real, reach_fake = (np.sort(distances(x, x), axis=1)[:, k] for x in (real, fake))  # column 0: itself
    in_real = distances(fake, real) <= reach_real
    in_fake = distances(real, fake) <= reach_fake
    density = in_real.sum() / (k * len(fake))
    return in_real.any(axis=1).mean(), in_fake.any(axis=1).mean(), density, in_real.any(axis=0).mean()


@pytest.mark.parametrize(
    ("n", "m", "d", "k"), [(12, 9, 2, 1), (9, 14, 2, 3), (15, 11, 10, 2), (30, 510, 3, 5), (510, 30, 3, 5)]
)
def test_precision_recall_density_and_coverage_are_their_definitions(n, m, d, k):
    real, fake = normal(n, d), 1.3 * normal(m, d, seed=1) + 0.4
    precision, recall, density, coverage = by_hand(real, fake, k)
    assert latent.precision_recall(real, fake, neighbours=k) == pytest.approx((precision, recall))
    assert latent.density_coverage(real, fake, neighbours=k) == pytest.approx((density, coverage))


@pytest.mark.parametrize(("real", "neighbours"), [(4, 1), (4, 2), (5, 3), (6, 5)])
def test_density_and_coverage_of_one_distribution_have_their_closed_expectation(real, neighbours):
    points = normal(9, 2, seed=real)
    found = [latent.density_coverage(x, y, neighbours=neighbours) for x, y in splits(points, real)]
    density, coverage = np.mean(found, axis=0)
    uncovered = math.prod((real - i) / (len(points) - i) for i in range(1, neighbours + 1))
    assert density == pytest.approx(1, abs=1e-12)
    assert coverage == pytest.approx(1 - uncovered, abs=1e-12)


def test_coverage_of_many_points_of_one_distribution_tends_to_1_minus_2_to_minus_k():
    density, coverage = latent.density_coverage(normal(4000, 3), normal(4000, 3, seed=1))
    assert density == pytest.approx(1, abs=0.04)
    assert coverage == pytest.approx(1 - 2**-5, abs=0.012)


def test_fakes_from_half_of_the_classes_are_precise_and_do_not_recall_the_rest():
    left, right = normal(300, 2), normal(300, 2, seed=1) + 100
    half = normal(300, 2, seed=2)
    precision, recall = latent.precision_recall(torch.cat([left, right]), half)
    assert precision > 0.9
    assert 0.4 < recall <= 0.5
    density, coverage = latent.density_coverage(torch.cat([left, right]), half)
    assert density == pytest.approx(1, abs=0.15)
    assert coverage == pytest.approx(0.5 * (1 - 2**-5), abs=0.03)
    assert latent.precision_recall(half, torch.cat([left, right])) == (recall, precision)  # they swap
    assert latent.precision_recall(left, right) == (0, 0)
    assert latent.density_coverage(left, right) == (0, 0)


def test_an_outlier_excuses_fakes_in_precision_and_hardly_in_density():
    real = torch.cat([normal(300, 2), torch.tensor([[100.0, 0]])])
    fake = torch.tensor([50.0, 0]) + normal(100, 2, seed=1)  # between the cloud and the outlier, like neither
    assert latent.precision_recall(real, fake)[0] == 1
    assert latent.density_coverage(real, fake)[0] == pytest.approx(1 / 5)


@pytest.mark.parametrize("d", [2, 12])
def test_a_copy_of_the_real_points_and_points_on_the_surface_of_a_ball_count(d):
    real = normal(40, d)
    assert latent.precision_recall(real, real.clone()) == (1, 1)
    density, coverage = latent.density_coverage(real, real.clone())
    assert density == pytest.approx(6 / 5)  # each ball holds its centre and five neighbours, the fifth on its surface
    assert coverage == 1


@pytest.mark.parametrize("measure", [latent.precision_recall, latent.density_coverage])
@pytest.mark.parametrize("d", [3, 12])
def test_fidelity_does_not_depend_on_place_scale_and_rotation(measure, d):
    real, fake = normal(200, d), normal(150, d, seed=1) * 1.2
    turn = 20 * rotation(d)
    assert measure(real @ turn + 1e4, fake @ turn + 1e4) == pytest.approx(measure(real, fake))
    assert measure(real.flip(0), fake.flip(0)) == pytest.approx(measure(real, fake))


@pytest.mark.parametrize("measure", [latent.precision_recall, latent.density_coverage])
@pytest.mark.parametrize("neighbours", [0, -1, 2.0, True])
def test_a_number_of_neighbours_below_1_is_refused(measure, neighbours):
    with pytest.raises(ValueError, match="neighbours is a whole number of at least 1"):
        measure(normal(9, 2), normal(9, 2), neighbours=neighbours)


def test_fewer_points_than_neighbours_are_refused():
    with pytest.raises(ValueError, match="real holds 3 points; at least 4 are needed"):
        latent.precision_recall(normal(3, 2), normal(9, 2))
    with pytest.raises(ValueError, match="fake holds 3 points; at least 4 are needed"):
        latent.precision_recall(normal(9, 2), normal(3, 2))
    with pytest.raises(ValueError, match="real holds 5 points; at least 6 are needed"):
        latent.density_coverage(normal(5, 2), normal(9, 2))
    latent.density_coverage(normal(6, 2), normal(1, 2))  # the fakes need no neighbours


# --- bad input, for all that take points ----------------------------------------------------------------------------

GOOD = normal(9, 2)
TAKES_POINTS = {
    "box_uniform": lambda bad: latent.box_uniform(bad, 5),
    "fitted_gaussian": lambda bad: latent.fitted_gaussian(bad, 5),
    "whitening": latent.whitening,
    "class_shares points": lambda bad: latent.class_shares(bad, GOOD, torch.zeros(9).long()),
    "class_shares codes": lambda bad: latent.class_shares(GOOD, bad, torch.zeros(9).long()),
    "code_ranges": latent.code_ranges,
    "asymmetry": latent.asymmetry,
    "mmd x": lambda bad: latent.mmd(bad, GOOD),
    "mmd y": lambda bad: latent.mmd(GOOD, bad),
    "mirror_asymmetry": latent.mirror_asymmetry,
    "neighbour_distance points": lambda bad: latent.neighbour_distance(bad, GOOD, GOOD + 1),
    "neighbour_distance codes": lambda bad: latent.neighbour_distance(GOOD, bad, GOOD + 1),
    "neighbour_distance held_out": lambda bad: latent.neighbour_distance(GOOD, GOOD, bad),
    "round_trip_error points": lambda bad: latent.round_trip_error(Maps(lambda z: z, lambda x: x), bad, GOOD),
    "round_trip_error codes": lambda bad: latent.round_trip_error(Maps(lambda z: z, lambda x: x), GOOD, bad),
    "roughness": lambda bad: latent.roughness(Maps(lambda z: z), bad, bad),
    "precision_recall real": lambda bad: latent.precision_recall(bad, GOOD),
    "precision_recall fake": lambda bad: latent.precision_recall(GOOD, bad),
    "density_coverage real": lambda bad: latent.density_coverage(bad, GOOD),
    "density_coverage fake": lambda bad: latent.density_coverage(GOOD, bad),
}


@pytest.mark.parametrize("call", TAKES_POINTS.values(), ids=TAKES_POINTS)
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (torch.where(torch.arange(18).reshape(9, 2) == 7, math.nan, GOOD), "contains NaN or infinity"),
        (torch.where(torch.arange(18).reshape(9, 2) == 7, math.inf, GOOD), "contains NaN or infinity"),
        (torch.ones(9), r"is a tensor \(N, k\), one point per row; got shape \(9,\)"),
        (torch.ones(9, 1, 2), r"got shape \(9, 1, 2\)"),
        (torch.ones(9, 0), r"got shape \(9, 0\)"),
        (torch.ones(0, 2), "holds 0 points; at least"),
        (torch.ones(9, 2).long(), "floating-point numbers, not torch.int64"),
        ([[1.0, 2.0]], "got list"),
    ],
)
def test_what_is_no_set_of_points_is_refused(call, bad, said):
    with pytest.raises(ValueError, match=said):
        call(bad)


@pytest.mark.parametrize("name", [name for name in TAKES_POINTS if " " in name])
def test_points_of_another_space_are_refused(name):
    with pytest.raises(ValueError, match=r"numbers per point, but [23] are expected"):
        TAKES_POINTS[name](normal(9, 3))


@pytest.mark.parametrize("count", [0, -3, 2.0, True, None])
def test_a_count_below_1_is_refused(count):
    for draw in (latent.box_uniform, latent.fitted_gaussian):
        with pytest.raises(ValueError, match="count is a whole number of at least 1"):
            draw(SQUARE, count)
    with pytest.raises(ValueError, match="count is a whole number of at least 1"):
        latent.standard_normal(2, count)
    with pytest.raises(ValueError, match="code_dim is a whole number of at least 1"):
        latent.standard_normal(count, 5)


def test_one_code_has_no_covariance_and_three_no_halves():
    with pytest.raises(ValueError, match="codes holds 1 points; at least 2"):
        latent.fitted_gaussian(SQUARE[:1], 5)
    with pytest.raises(ValueError, match="codes holds 1 points; at least 2"):
        latent.whitening(SQUARE[:1])
    with pytest.raises(ValueError, match="x holds 1 points; at least 2"):
        latent.mmd(SQUARE[:1], SQUARE)
    with pytest.raises(ValueError, match="y holds 1 points; at least 2"):
        latent.mmd(SQUARE, SQUARE[:1])
    with pytest.raises(ValueError, match="codes holds 3 points; at least 4"):
        latent.mirror_asymmetry(SQUARE[:3])
