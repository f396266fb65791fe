"""Comparing coders: what is chosen is chosen on held-out images, and who wins from when on is found."""

from __future__ import annotations

import math

import pytest

from lessons_pkg import rate_distortion as rd
from lessons_pkg.rate_distortion import Point


def same(bits: float, error: float, numbers: int = 0) -> Point:
    return Point((bits, error), (bits, error), numbers)


def test_a_setting_that_another_beats_in_bits_and_error_is_not_on_the_front():
    points = [same(100, 0.01), same(50, 0.02), same(60, 0.03), same(200, 0.005), same(100, 0.02)]
    assert rd.front(points) == [(50, 0.02), (100, 0.01), (200, 0.005)]


def test_held_out_images_choose_and_test_images_are_told():
    lucky = Point(held_out=(100, 0.02), test=(1, 0.001))  # best on the test images, beaten on the held-out ones
    chosen = Point(held_out=(90, 0.01), test=(95, 0.012))
    assert rd.front([lucky, chosen]) == [(95, 0.012)]


def test_the_decoder_is_shared_by_the_images_sent_and_changes_the_choice():
    small, large = same(100, 0.02, numbers=1000), same(100, 0.01, numbers=100_000)
    assert rd.front([small, large]) == [(100, 0.01)]
    assert rd.front([small, large], images=10_000) == [(101.6, 0.02), (260, 0.01)]


def test_an_empty_front_is_refused():
    with pytest.raises(ValueError, match="nothing was measured"):
        rd.front([])


def test_between_points_a_power_law_is_exact_and_outside_there_is_nothing():
    curve = [(bits, 3 * bits**-1.5) for bits in (10, 40, 200)]
    assert rd.error_at(curve, 25) == pytest.approx(3 * 25**-1.5)
    assert rd.bits_at(curve, 3 * 100**-1.5) == pytest.approx(100)
    assert math.isnan(rd.error_at(curve, 9))
    assert math.isnan(rd.bits_at(curve, 1))


def test_break_even_is_where_the_saved_bits_have_paid_for_the_decoder():
    network = [same(bits, 1 / bits, numbers=200_000) for bits in (50, 100, 200)]
    files = [same(2 * bits, 1 / bits) for bits in (50, 100, 200)]
    assert rd.break_even(network, files, 0.01) == pytest.approx(16 * 200_000 / 100, rel=0.02)
    assert rd.break_even(files, network, 0.01) == math.inf  # with infinitely many images it never wins
    assert math.isnan(rd.break_even(network, files, 0.5))
    assert rd.break_even(network, [same(1, 0.5), *files], 0.2) == math.inf  # an error that the network cannot have


def test_points_are_found_however_deep_they_lie():
    leaf = {"held_out": [10.0, 0.1], "test": [11.0, 0.2], "numbers": 5, "used": 3}
    assert rd.points_in({"8": {"0.5": leaf, "1.0": leaf}, "16": {"0.5": leaf}}) == 3 * [
        Point((10.0, 0.1), (11.0, 0.2), 5)
    ]
    assert rd.points_in({"50": [100.0, 0.01]}) == [same(100.0, 0.01)]


def test_psnr_is_the_error_in_decibels():
    assert rd.psnr(0.01) == pytest.approx(20)
    assert rd.psnr(0.001) == pytest.approx(30)
