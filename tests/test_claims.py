"""Every claim of the sources has its number, its place, and a verdict that its numbers bear out."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from myst_parser.mdit_to_docutils.base import default_slugify

from lessons_pkg import claims, experiments
from lessons_pkg.claims import ClaimsBroken, Number

ROOT = Path(__file__).parent.parent


def _entry(**changes):
    """A small file of one claim about a result file that exists."""
    return {
        "id": "one",
        "topic": "linear",
        "claim": "It falls.",
        "source": "B",
        "results": "activations",
        "numbers": {"floor": "reference/floor_train", "error": "values/linear code, linear output/train"},
        "because": ["error > floor"],
        "shows": "{error:.4f} above {floor:.4f}",
        "verdict": "holds",
        "reading": "so it is.",
        "page": "01_linear_autoencoder",
        "anchor": "the-test",
    } | changes


@pytest.fixture
def written(tmp_path):
    def write(*entries):
        file = tmp_path / "claims.yml"
        file.write_text(yaml.safe_dump({"sources": {"B": "a text"}, "claims": list(entries)}), encoding="utf-8")
        return file

    return write


# --- the file of the book -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    return claims.load()  # raises where a key leads nowhere or a verdict's conditions fail


def test_there_are_at_least_twenty_claims_from_all_five_sources(found):
    assert len(found) >= 20
    assert {letter for claim in found for letter in claim.source} == set(claims.sources()) == set("ABCDE")


def test_every_verdict_rests_on_a_condition_and_shows_its_numbers(found):
    for claim in found:
        assert claim.because, claim.id
        assert re.search(r"\d", claim.shows), claim.id
        raw = next(e for e in yaml.safe_load(claims.FILE.read_text(encoding="utf-8"))["claims"] if e["id"] == claim.id)
        used = set(re.findall(r"\{(\w+)", raw["shows"]))
        spoken = {word for condition in claim.because for word in re.findall(r"[a-z_]\w*", condition)}
        assert set(claim.numbers) <= used | spoken, f"{claim.id} reads numbers that it does not use"


def test_no_measured_number_is_typed_into_a_claim():
    """Text may hold code sizes, epochs and the sources' own figures; with three decimals it was measured."""
    for entry in yaml.safe_load(claims.FILE.read_text(encoding="utf-8"))["claims"]:
        words = re.sub(r"\{[^}]*\}", "", f"{entry['claim']} {entry['shows']} {entry['reading']}")
        typed = set(re.findall(r"\d*\.\d{3,}|\d+\.\d+(?=%| times)", words))
        assert typed <= {"0.003"}, f"{entry['id']}: {typed}"  # a learning rate


def test_every_anchor_is_a_heading_of_its_page(found):
    for claim in found:
        cells = nbformat.read(ROOT / "book" / f"{claim.page}.ipynb", as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        headings = {default_slugify(heading) for heading in re.findall(r"^#{1,4} +(.+?) *$", text, flags=re.MULTILINE)}
        assert claim.anchor in headings, f"{claim.id}: {claim.page} has no heading {claim.anchor}"


def test_the_page_named_reads_the_results_of_the_claim(found):
    """Whoever follows the link finds the experiment there."""
    for claim in found:
        cells = nbformat.read(ROOT / "book" / f"{claim.page}.ipynb", as_version=4).cells
        assert any(claim.results in cell.source for cell in cells), f"{claim.page} says nothing of {claim.results}"


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_claim_is_read_with_its_numbers_filled_in(written):
    (claim,) = claims.load(written(_entry()))
    stored = experiments.load("activations")
    values = stored.over_seeds("linear code, linear output", "train")
    assert claim.numbers["error"].values == tuple(values)
    assert claim.shows == (
        f"{sum(values) / 5:.4f} ({min(values):.4f} to {max(values):.4f}) above {stored.reference['floor_train']:.4f}"
    )


def test_numbers_are_divided_subtracted_and_multiplied_seed_by_seed(written):
    key, floor = "values/linear code, linear output/train", "reference/floor_train"
    entry = _entry(
        numbers={
            "ratio": {"key": key, "over": floor, "times": 100},
            "gap": {"key": key, "less": floor},
            "elsewhere": {"results": "linear_ae_pca", "key": "values/32/train"},
        },
        because=["ratio > 100", "gap > 0"],
        shows="{ratio:.1f} {gap:.4f} {elsewhere:.4f}",
    )
    (claim,) = claims.load(written(entry))
    stored = experiments.load("activations")
    seeds, base = stored.over_seeds("linear code, linear output", "train"), stored.reference["floor_train"]
    assert claim.numbers["ratio"].values == pytest.approx([100 * value / base for value in seeds])
    assert claim.numbers["gap"].values == pytest.approx([value - base for value in seeds])
    assert claim.numbers["elsewhere"].values == tuple(experiments.load("linear_ae_pca").over_seeds("32", "train"))


def test_an_entry_of_a_list_or_its_mean_is_read(written):
    key = "values/without ReLU/loss_per_epoch"
    numbers = {"last": f"{key}/-1", "mean": f"{key}/mean"}
    entry = _entry(results="conv_ae_30_epochs", numbers=numbers, because=["last < mean"], shows="{last:.4f} {mean:.4f}")
    (claim,) = claims.load(written(entry))
    losses = experiments.load("conv_ae_30_epochs").over_seeds("without ReLU", "loss_per_epoch")
    assert claim.numbers["last"].values == tuple(one[-1] for one in losses)
    assert claim.numbers["mean"].values == pytest.approx([sum(one) / len(one) for one in losses])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"because": ["error < floor"]}, "rests on 'error < floor'"),
        ({"because": ["mean(error) < 0.01"]}, "is not so"),
        ({"because": ["max(error) < error_of_none"]}, "error_of_none"),
        ({"because": ["error is small"]}, "cannot be read"),
        ({"numbers": {"floor": "reference/floor"}, "because": [], "shows": "1"}, "nothing at reference/floor"),
        ({"numbers": {"floor": "floor_train"}, "because": [], "shows": "1"}, "neither values/ nor reference/"),
        ({"numbers": {"floor": "values/linear code, linear output"}, "because": [], "shows": "1"}, "no number"),
        ({"numbers": {"floor": {"key": "reference/floor_train", "by": 2}}, "because": [], "shows": "1"}, "by"),
        ({"shows": "{unknown:.2f}"}, "unknown"),
        ({"verdict": "true"}, "is no verdict"),
        ({"source": "BX"}, "X"),
        ({"source": ""}, "no source"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_stand_is_refused_by_name(written, changes, told):
    with pytest.raises(ClaimsBroken, match=r"^one: .*") as refused:
        claims.load(written(_entry(**changes)))
    assert told in str(refused.value)


def test_a_condition_on_seeds_asks_every_seed(written):
    seeds = experiments.load("conv_ae_30_epochs").over_seeds("without ReLU", "train")
    between = (min(seeds) + max(seeds)) / 2
    numbers = {"error": "values/without ReLU/train"}
    entry = _entry(results="conv_ae_30_epochs", numbers=numbers, shows="{error:.4f}")
    claims.load(written(entry | {"because": [f"mean(error) < {between}"]}))
    with pytest.raises(ClaimsBroken):
        claims.load(written(entry | {"because": [f"error < {between}"]}))


def test_the_same_name_twice_is_refused(written):
    with pytest.raises(ClaimsBroken, match="two claims called one"):
        claims.load(written(_entry(), _entry()))


def test_a_number_shows_its_range_only_if_it_has_one():
    assert format(Number((0.5,)), ".2f") == "0.50"
    assert format(Number((0.501, 0.499)), ".2f") == "0.50"
    assert format(Number((0.25, 0.75)), ".0%") == "50% (25% to 75%)"


def test_the_table_has_a_row_for_each_claim_and_a_link_to_its_place(written):
    (claim,) = claims.load(written(_entry()))
    text = claims.table([claim]).data
    assert len(text.splitlines()) == 3
    assert "(01_linear_autoencoder.ipynb#the-test)" in text
    assert "**holds**: so it is." in text
    assert "5 seeds" in text


def test_verdicts_are_counted_in_their_order(written):
    loaded = claims.load(written(_entry(), _entry(id="two", verdict="false"), _entry(id="three")))
    assert list(claims.count(loaded).items()) == [
        ("holds", 2), ("holds with a condition", 0), ("confounded", 0), ("undetermined", 0), ("false", 1),
    ]  # fmt: skip
