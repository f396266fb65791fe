"""Bits of a code: against entropies in closed form, a real range coder, and codes whose length is found by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from lessons_pkg import coding, data, latent
from lessons_pkg.models import CodecAE, LinearAE


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def real_coder() -> None:
    pytest.importorskip("constriction", reason="needs the extra 'codec': make test EXTRAS=codec")


# --- the quantiser --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0.01, 0.7, 3.0])
def test_a_rounded_code_is_at_most_half_a_step_away(step):
    z = draw(200, 5).float()
    symbols = coding.quantise(z, step)
    assert symbols.dtype == torch.int64
    assert (coding.dequantise(symbols, step) - z).abs().max() <= step / 2 * 1.0001
    assert torch.equal(coding.quantise(coding.dequantise(symbols, step), step), symbols)


def test_what_cannot_be_rounded_is_refused():
    for step in (0, -1.0, math.nan):
        with pytest.raises(ValueError, match="the step of a quantiser is more than 0"):
            coding.quantise(torch.zeros(2, 2), step)
    with pytest.raises(ValueError, match="NaN or infinity"):
        coding.quantise(torch.tensor([[0.0, math.nan]]), 1.0)


# --- lengths --------------------------------------------------------------------------------------------------------


def test_the_mean_length_is_the_entropy_of_a_known_distribution():
    symbols = torch.tensor([3] * 32_000 + [4] * 16_000 + [5] * 8_000 + [6] * 8_000)[:, None]
    length = coding.bits(symbols, coding.fit(symbols))
    assert length.mean() == pytest.approx(1.75, rel=1e-3)
    assert length[0] == pytest.approx(1, abs=1e-3)
    assert length[-1] == pytest.approx(3, abs=2e-3)


def test_dimensions_are_independent_and_their_lengths_add():
    symbols = coding.quantise(draw(5000, 3) * torch.tensor([0.5, 2, 9]), 1.0)
    together = coding.bits(symbols, coding.fit(symbols))
    each = [coding.bits(symbols[:, [j]], coding.fit(symbols[:, [j]])) for j in range(3)]
    assert torch.allclose(together, sum(each))


def test_a_gaussian_in_fine_steps_takes_its_differential_entropy():
    """H(quantised) = h - log2(step) for a small step, with h = log2(2 pi e sigma^2) / 2 (Cover & Thomas, th. 8.3.1)."""
    sigma, step = 3.0, 0.25
    known, fresh = (coding.quantise(sigma * draw(200_000, 1, seed=seed), step) for seed in (0, 1))
    expected = 0.5 * math.log2(2 * math.pi * math.e * sigma**2) - math.log2(step)
    assert coding.bits(fresh, coding.fit(known)).mean() == pytest.approx(expected, abs=0.01)


def test_one_step_for_all_is_a_quarter_of_a_bit_above_the_least_rate():
    """Fine uniform steps and an entropy code lose log2(pi e / 6) / 2 bits to the rate-distortion function of a Gaussian
    with these variances, whatever they are (Gish & Pierce 1968): one step is right for all of them."""
    spread, step = torch.tensor([6.0, 3.0, 1.5]), 0.3
    known, fresh = (draw(200_000, 3, seed=seed) * spread for seed in (0, 1))
    symbols = coding.quantise(fresh, step)
    distortion = (coding.dequantise(symbols, step) - fresh).square().mean(0)
    assert distortion.tolist() == pytest.approx([step**2 / 12] * 3, rel=0.02)
    rate = coding.bits(symbols, coding.fit(coding.quantise(known, step))).mean()
    least = (torch.log2(spread**2 / distortion) / 2).sum()
    assert (rate - least) / 3 == pytest.approx(math.log2(math.pi * math.e / 6) / 2, abs=0.01)


def test_all_symbols_together_have_probability_one():
    """Kraft's sum, the escape and what follows it included: a decodable code that wastes nothing."""
    model = coding.fit(torch.tensor([[0], [0], [1], [4]]))
    far = torch.arange(-5000, 5000)[:, None]
    assert (2.0 ** -coding.bits(far, model)).sum() == pytest.approx(1, abs=2e-4)


def test_a_symbol_that_training_has_not_shown_has_the_length_of_an_escape():
    model = coding.fit(torch.tensor([[0], [1]] * 500))
    escape = -math.log2(model.frequencies[0][-1] / model.frequencies[0].sum())
    inside, just_above, far_above, below = coding.bits(torch.tensor([[1], [2], [6], [-3]]), model).tolist()
    assert inside == pytest.approx(1, abs=0.01)
    assert escape == pytest.approx(math.log2(1001.5 / 0.5), abs=0.05)
    assert just_above == pytest.approx(escape + 1 + 1)  # the side, and gamma(1) = "1"
    assert far_above == pytest.approx(escape + 1 + 5)  # gamma(5) = "00101"
    assert below == pytest.approx(escape + 1 + 3)  # gamma(3) = "011"


def test_a_symbol_missing_inside_the_range_is_not_impossible():
    model = coding.fit(torch.tensor([[0], [5]] * 100))
    assert coding.bits(torch.tensor([[3]]), model).item() == pytest.approx(math.log2(203.5 / 0.5), abs=0.05)


def test_a_frequency_fits_into_16_bits_and_is_never_0():
    model = coding.fit(torch.cat([torch.zeros(10**6, 1), torch.tensor([[40.0]])]).long())
    assert all(1 <= frequency < 2**16 for frequency in model.frequencies[0].tolist())
    assert model.numbers == 41 + 1 + 1  # the symbols, the escape, and where the table begins
    assert coding.fit(torch.zeros(10, 2).long()).numbers == 2 * 3


def test_symbols_without_a_table_are_refused():
    with pytest.raises(ValueError, match="not empty"):
        coding.fit(torch.zeros(0, 3).long())
    with pytest.raises(ValueError, match="take a larger step"):
        coding.fit(torch.tensor([[0], [2**20]]))
    with pytest.raises(ValueError, match="one of 2 dimensions"):
        coding.bits(torch.zeros(4, 3).long(), coding.fit(torch.zeros(4, 2).long()))


# --- a real coder ---------------------------------------------------------------------------------------------------


def test_a_range_coder_comes_within_one_per_cent_of_the_length_and_gives_every_symbol_back():
    real_coder()
    known, fresh = data.load("digits")
    fitted = latent.pca(known)
    model = coding.fit(coding.quantise(fitted.encode(known.images, 16), 0.5))
    symbols = coding.quantise(fitted.encode(fresh.images, 16), 0.5)
    stored = coding.encode(symbols, model)
    assert 8 * len(stored) == pytest.approx(coding.bits(symbols, model).sum().item(), rel=0.01)
    assert torch.equal(coding.decode(stored, len(symbols), model), symbols)


def test_a_range_coder_gives_escaped_symbols_back_at_the_length_that_was_told():
    real_coder()
    model = coding.fit(coding.quantise(draw(1000, 4), 0.5))
    symbols = coding.quantise(5 * draw(1000, 4, seed=1), 0.5)
    assert ((symbols > 9) | (symbols < -9)).float().mean() > 0.1  # far beyond the tables
    stored = coding.encode(symbols, model)
    assert torch.equal(coding.decode(stored, 1000, model), symbols)
    assert 8 * len(stored) == pytest.approx(coding.bits(symbols, model).sum().item(), rel=0.01)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "constriction", None)
    symbols = torch.zeros(3, 1).long()
    with pytest.raises(ModuleNotFoundError, match="the extra 'codec'"):
        coding.encode(symbols, coding.fit(symbols))


# --- one step for all numbers of a code -----------------------------------------------------------------------------


def test_a_linear_autoencoder_in_the_metric_of_its_images_has_the_principal_scores_as_its_code():
    images = data.load("digits")[0].images[:400]
    fitted = latent.pca(images)
    mixed = draw(6, 6) + 2 * torch.eye(6)
    model = LinearAE(6)
    with torch.no_grad():
        directions = fitted.components[:, :6]
        model.encoder.weight.copy_(mixed @ directions.T)
        model.encoder.bias.copy_(draw(6, seed=1))
        model.decoder.weight.copy_(directions @ torch.linalg.inv(mixed))
    matrix, origin = coding.image_metric_basis(model, images)
    found = (latent.codes(model, images).double() - origin) @ matrix.T
    scores = fitted.encode(images, 6)
    assert torch.allclose(found.abs(), scores.abs(), atol=1e-4)
    assert not torch.allclose(latent.codes(model, images).double().abs(), scores.abs(), atol=0.1)


def test_another_basis_of_the_code_changes_no_output():
    images = data.load("digits")[0].images[:300]
    model = CodecAE(5, hidden=20, seed=3)
    matrix, origin = coding.image_metric_basis(model, images)
    other = model.recoded(matrix, origin)
    with torch.no_grad():
        assert torch.allclose(other(images), model(images), atol=1e-5)
        w = other.encode(images)
        assert torch.allclose(w.double(), (model.encode(images).double() - origin) @ matrix.T, atol=1e-4)
    assert torch.allclose(torch.corrcoef(w.T), torch.eye(5), atol=1e-3)
    assert other is not model


def test_a_small_change_of_the_turned_code_moves_the_image_by_its_length():
    images = data.load("digits")[0].images[:300]
    model = CodecAE(4, hidden=20, seed=1)
    other = model.recoded(*coding.image_metric_basis(model, images, samples=300))
    with torch.no_grad():
        w = other.encode(images)
        for j in range(4):
            change = 1e-3 * nn.functional.one_hot(torch.tensor(j), 4)
            moved = (other.decode(w + change) - other.decode(w)).flatten(1).square().sum(1).mean().sqrt()
            assert moved == pytest.approx(1e-3, rel=0.02)
