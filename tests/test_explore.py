"""What the explorers are given: networks as lists of layers with half-precision weights, maps of codes."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from torch import nn

from lessons_pkg import explore, latent, models, plots, zoo
from lessons_pkg.explore import export, widget
from lessons_pkg.explore import latent as maps


def test_rounded_weights_are_those_that_are_sent():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    spec, weights = export.network(module, (3,))
    sent = np.frombuffer(weights, "<f2").astype(np.float32)
    expected = torch.cat([parameter.flatten() for parameter in export.rounded(module).parameters()])
    assert np.array_equal(sent, expected.detach().numpy())
    assert not torch.equal(export.rounded(module)[0].weight, module[0].weight)
    assert spec["layers"][2]["weight"] == 3 * 4 + 4  # where its weights begin


def test_a_network_names_the_sizes_after_each_layer():
    spec, weights = export.network(models.DeepConvAE(2).decoder, (2,))
    assert [layer["op"] for layer in spec["layers"]] == [
        *("linear", "to_map", "conv_transpose", "relu", "conv_transpose", "relu", "conv_transpose", "relu", "conv"),
        "to_row",
    ]
    assert [layer["to"] for layer in spec["layers"] if "to" in layer] == [(8, 8), (16, 16), (32, 32), (32, 32)]
    assert (spec["input"], spec["output"]) == ((2,), (1, 32, 32))
    assert len(weights) == 2 * sum(p.numel() for p in models.DeepConvAE(2).decoder.parameters())


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (nn.Tanh(), (3,), "no Tanh in the browser"),
        (nn.Conv2d(2, 2, 3, groups=2), (2, 5, 5), "only plain, square convolutions"),
        (nn.Conv2d(2, 2, (3, 1)), (2, 5, 5), "only plain, square convolutions"),
        (nn.Conv2d(2, 2, 3, padding="same"), (2, 5, 5), "only plain, square convolutions"),
        (nn.ConvTranspose2d(2, 2, 3, bias=False), (2, 5, 5), "only plain, square convolutions"),
        (nn.Linear(3, 2, bias=False), (3,), "has no bias"),
    ],
)
def test_a_layer_that_the_browser_does_not_know_is_refused_by_its_name(layer, shape, words):
    with pytest.raises(ValueError, match=words):
        export.network(nn.Sequential(nn.ReLU(), layer), shape)


def test_a_module_without_weights_is_refused():
    with pytest.raises(ValueError, match=r"ReLU\(\) has no weights"):
        export.network(nn.ReLU(), (3,))


def test_the_scripts_of_an_explorer_come_after_those_that_they_use_and_each_once():
    assert explore.scripts("latent", "walk") == ["network.js", "parts.js", "maps.js", "latent.js", "walk.js"]
    for helper in ("network", "start", "kernel", "maps"):
        with pytest.raises(ValueError, match=f"no explorer '{helper}'; there are: digits, latent"):
            explore.scripts(helper)


def test_the_maps_of_the_zoo_are_small_and_their_unit_is_that_of_the_codes():
    data = maps.of_the_zoo()
    stored = maps.stored_codes()
    assert [each["name"] for each in data["maps"]] == ["autoencoder", "VAE"]
    assert len(data["classes"]) == len(data["colours"]) == 10
    for each, kind in zip(data["maps"], maps.SHOWN.values(), strict=True):
        codes, fresh = torch.tensor(each["codes"]), stored[f"{kind}.held_out"].float()
        white = latent.whitening(codes)
        point = torch.tensor([[0.5, -0.5]])
        nearest = torch.cdist(white.apply(point), white.apply(codes)).amin().item()
        expected = latent.neighbour_distance(point, codes, fresh).item()
        assert nearest / each["unit"] == pytest.approx(expected, rel=1e-4)
        assert len(base64.b64decode(each["weights"])) < 500_000
    assert maps.CODES.stat().st_size < 50_000


def test_stored_codes_are_those_of_the_zoo_as_it_stands():
    """A network that was trained anew has other codes: python -m lessons_pkg.explore"""
    assert maps.encoded_by() == {kind: maps.digest(kind) for kind in maps.SHOWN.values()}
    assert len(set(maps.encoded_by().values())) == len(maps.SHOWN)


def test_the_walk_stops_at_the_first_fresh_code_of_each_class_on_every_map():
    data, stored = maps.of_the_zoo(), maps.stored_codes()
    labels = stored["held_out_labels"].tolist()
    assert data["stops"] == list(range(10))
    for each, kind in zip(data["maps"], maps.SHOWN.values(), strict=True):
        held_out = stored[f"{kind}.held_out"].float()
        assert len(each["stops"]) == 10
        for stop, z in enumerate(each["stops"]):
            place = held_out.tolist().index(z)
            assert labels[place] == stop
            assert stop not in labels[:place]


def test_the_labels_of_fresh_codes_are_theirs():
    """Nearest codes of the same class: far more often than one time in ten."""
    stored = maps.stored_codes()
    for kind in maps.SHOWN.values():
        codes, fresh = stored[f"{kind}.codes"].float(), stored[f"{kind}.held_out"].float()
        nearest = torch.cdist(fresh, codes).argmin(1)
        assert (stored["labels"][nearest] == stored["held_out_labels"]).float().mean() > 0.5


def test_without_labels_of_fresh_codes_a_map_has_no_stops():
    model, codes = models.DeepConvAE(2), torch.randn(5, 2)
    made = maps.maps({"AE": model}, {"AE": codes}, {"AE": codes + 1}, torch.zeros(5, dtype=torch.long), ["one"])
    assert made["stops"] == made["maps"][0]["stops"] == []


def test_a_line_goes_from_stop_to_stop():
    decoded, data = maps.line("Sneaker", "Bag", steps=3), maps.of_the_zoo()
    assert list(decoded) == list(maps.SHOWN)
    for each, (name, kind) in zip(data["maps"], maps.SHOWN.items(), strict=True):
        sneaker, bag = (torch.tensor(each["stops"][data["classes"].index(stop)]) for stop in ("Sneaker", "Bag"))
        with torch.no_grad():
            expected = zoo.load(kind).decode(torch.stack([sneaker, (sneaker + bag) / 2, bag]))
        assert torch.allclose(decoded[name], expected, atol=1e-5)


def test_a_code_with_three_numbers_has_no_map():
    model, codes = models.DeepConvAE(3), torch.randn(5, 3)
    with pytest.raises(ValueError, match=r"AE: codes of shape \(5, 3\); a map has two axes"):
        maps.maps({"AE": model}, {"AE": codes}, {"AE": codes}, torch.zeros(5), ["one"])


def test_every_script_is_there_and_asks_nobody():
    scripts = sorted(explore.JS.glob("*.js"))
    assert {"network.js", "parts.js", "latent.js", "start.js"} <= {script.name for script in scripts}
    for script in scripts:
        assert "http" not in script.read_text(encoding="utf-8").replace(
            "http://www.w3.org/2000/svg", ""
        )  # a name, not an address


def test_in_a_kernel_an_explorer_is_a_widget_with_the_pages_scripts(monkeypatch):
    monkeypatch.delenv("LESSONS_STILL", raising=False)
    picture = plots.image_sheet(torch.rand(1, 1, 1, 8, 8))
    for make in (
        *(explore.latent_maps, explore.draw_a_digit, explore.shape_calculator, explore.memory_order),
        *(explore.reparameterisation, explore.walk),
    ):
        explorer = make(picture)
        shown = explorer._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in shown
        assert 'data-explorer="' in shown["text/html"]
    made = widget.live("latent", {"maps": []})
    for name in ("network.js", "parts.js", "maps.js", "latent.js"):
        assert (explore.JS / name).read_text(encoding="utf-8") in made._esm
    assert made.kind == "latent"
    assert made.data == {"maps": []}


def test_while_the_book_is_executed_it_is_a_place_on_the_page(monkeypatch):
    monkeypatch.setenv("LESSONS_STILL", "1")
    shown = explore.latent_maps(plots.image_sheet(torch.rand(1, 1, 1, 8, 8)), vae=False)._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert shown["text/html"].startswith('<div data-explorer="latent" data-source="fashion-autoencoder">')
    assert "<img" in shown["text/html"]


def test_an_explorer_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"no explorer 'latnet'; there are: .*latent"):
        widget.live("latnet", {})
