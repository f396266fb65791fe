"""The sources' Keras networks and our PyTorch versions: with copied weights, the same function to 1e-5."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lessons_pkg import keras_originals as originals
from lessons_pkg.models import ConvAE, DenseAE, KerasFCAE, KerasNoFCAE

# Keras' own: how it reads its weights back is deprecated in numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")
needs_keras = pytest.mark.skipif(
    importlib.util.find_spec("keras") is None, reason="Keras is not installed: make test EXTRAS=keras"
)
CONVOLUTIONAL = {"fc": (originals.fc_autoencoder, KerasFCAE), "no fc": (originals.no_fc_autoencoder, KerasNoFCAE)}


def with_random_weights(keras_model, seed: int = 0):
    """The model with other weights, biases not zero (Keras starts them at zero, where they would not be missed)."""
    draw = np.random.default_rng(seed)
    arrays = keras_model.get_weights()
    scales = [0.3 if array.ndim == 1 else 1.5 / np.sqrt(array[..., 0].size) for array in arrays]
    keras_model.set_weights([draw.normal(0, scale, array.shape) for scale, array in zip(scales, arrays, strict=True)])
    return keras_model


def code_of(keras_model):
    return originals.keras_on_torch().Model(keras_model.inputs, keras_model.get_layer("code").output)


@torch.no_grad()
def outputs(network: str, in_channels: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Code and reconstruction, from Keras and from PyTorch, both with the channels first."""
    build, twin = CONVOLUTIONAL[network]
    theirs, ours = with_random_weights(build(in_channels)), twin(in_channels=in_channels)
    originals.copy_weights(theirs, ours)
    x = torch.rand(6, in_channels, 28, 28, generator=torch.Generator().manual_seed(1))
    last = x.permute(0, 2, 3, 1)
    their_code, their_image = code_of(theirs)(last).cpu(), theirs(last).cpu()
    if their_code.ndim == 4:
        their_code = their_code.permute(0, 3, 1, 2)
    return {"code": (their_code, ours.encode(x)), "image": (their_image.permute(0, 3, 1, 2), ours(x))}


@needs_keras
@pytest.mark.parametrize("in_channels", [1, 3])
@pytest.mark.parametrize("network", CONVOLUTIONAL)
def test_with_copied_weights_keras_and_pytorch_give_the_same_code_and_image(network, in_channels):
    found = outputs(network, in_channels)
    for theirs, ours in found.values():
        assert theirs.shape == ours.shape
        assert (theirs - ours).abs().max() < 1e-5
        assert theirs.std(0).mean() > 0.01, "images that all look alike would agree by chance"
    assert found["image"][0].shape == (6, in_channels, 28, 28)
    assert found["code"][0].shape[1:] == ((10,) if network == "fc" else (64, 7, 7))


@needs_keras
@pytest.mark.parametrize(
    "wrong",
    [
        lambda rows: rows,  # as if Reshape and view read a row of numbers alike
        lambda rows: rows.unflatten(0, (64, 7, 7)).movedim(0, 2).flatten(0, 2),  # the way back instead of the way there
        lambda rows: rows.unflatten(0, (7, 7, 64)).permute(2, 1, 0, *range(3, rows.ndim + 2)).flatten(0, 2),  # mirrored
    ],
    ids=["none", "inverse", "transposed"],
)
def test_with_the_channels_in_another_order_they_differ(wrong, monkeypatch):
    monkeypatch.setattr(originals, "hwc_to_chw", wrong)
    theirs, ours = outputs("fc", 1)["image"]
    assert (theirs - ours).abs().max() > 1e-2


@needs_keras
def test_with_copied_weights_the_dense_networks_agree_too():
    theirs, ours = with_random_weights(originals.dense_autoencoder(20)), DenseAE(20)
    originals.copy_weights(theirs, ours)
    x = torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert (code_of(theirs)(x[:, 0]).cpu() - ours.encode(x)).abs().max() < 1e-5
        assert (theirs(x[:, 0]).cpu() - ours(x)[:, 0]).abs().max() < 1e-5


def test_the_order_of_channels_is_that_of_a_permuted_map():
    feature_map = torch.arange(7 * 7 * 64).reshape(7, 7, 64)  # Keras' Reshape((7, 7, 64)) of 0, 1, 2 ...
    rows = originals.hwc_to_chw(torch.arange(7 * 7 * 64))
    assert torch.equal(rows.view(64, 7, 7), feature_map.permute(2, 0, 1))
    assert rows[:2].tolist() == [0, 64]  # in PyTorch the next place of a channel follows, 64 numbers on in Keras
    assert originals.hwc_to_chw(torch.zeros(7 * 7 * 64, 10)).shape == (7 * 7 * 64, 10)


@needs_keras
def test_the_networks_are_those_of_the_sources():
    fc, no_fc, dense = originals.fc_autoencoder(), originals.no_fc_autoencoder(), originals.dense_autoencoder()
    assert fc.input_shape == fc.output_shape == no_fc.input_shape == no_fc.output_shape == (None, 28, 28, 3)
    down, up = ["Conv2D"] * 2, ["Conv2DTranspose"] * 3
    assert layers_of(fc) == [*down, "GlobalAveragePooling2D", "Dense", "Dense", "Reshape", *up]
    assert layers_of(no_fc) == [*down, *up]
    assert layers_of(dense) == ["Flatten", "Dense", "Dense", "Reshape"]
    assert activations_of(fc) == ["relu", "relu", "linear", "linear", "relu", "relu", "sigmoid"]
    assert activations_of(no_fc) == ["relu", "relu", "relu", "relu", "sigmoid"]
    assert activations_of(dense) == ["relu", "sigmoid"]
    assert dense.output_shape == (None, 28, 28)


def layers_of(keras_model) -> list[str]:
    return [type(layer).__name__ for layer in keras_model.layers if type(layer).__name__ != "InputLayer"]


def activations_of(keras_model) -> list[str]:
    return [layer.activation.__name__ for layer in keras_model.layers if layer.weights]


@needs_keras
@pytest.mark.parametrize("in_channels", [1, 3])
@pytest.mark.parametrize("network", CONVOLUTIONAL)
def test_both_have_the_same_number_of_parameters(network, in_channels):
    build, twin = CONVOLUTIONAL[network]
    ours = sum(parameter.numel() for parameter in twin(in_channels=in_channels).parameters())
    assert build(in_channels).count_params() == ours


@needs_keras
def test_weights_of_another_network_are_refused():
    with pytest.raises(TypeError, match="no Keras network belongs to ConvAE"):
        originals.copy_weights(originals.no_fc_autoencoder(1), ConvAE())
    with pytest.raises(ValueError, match="10 arrays of weights, KerasFCAE has 14"):
        originals.copy_weights(originals.no_fc_autoencoder(1), KerasFCAE())
    with pytest.raises(ValueError, match="the same number of channels and the same code size"):
        originals.copy_weights(originals.dense_autoencoder(20), DenseAE(21))


@needs_keras
@pytest.mark.parametrize(("theirs", "ours"), [(1, 3), (3, 1)])
def test_one_channel_is_not_spread_over_three(theirs, ours):
    model = KerasNoFCAE(in_channels=ours)
    before = model.conv1.weight.clone()
    with pytest.raises(ValueError, match=rf"has shape \(32, {theirs}, 3, 3\)"):
        originals.copy_weights(originals.no_fc_autoencoder(theirs), model)
    assert torch.equal(model.conv1.weight, before)


def test_the_extra_all_has_every_other_extra():
    settings = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    extras = settings["project"]["optional-dependencies"]
    (everything,) = extras.pop("all")
    assert everything == f"lessons_pkg[{','.join(sorted(extras))}]"
    assert "keras" in extras


# --- which Keras ----------------------------------------------------------------------------------------------------


def test_without_keras_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)  # what Python does with a module that is not there
    with pytest.raises(ImportError, match=r'make test EXTRAS=keras, or: pip install -e "\.\[keras\]"'):
        originals.no_fc_autoencoder()


def test_a_keras_that_calculates_with_something_else_is_refused(monkeypatch):
    fake = SimpleNamespace(config=SimpleNamespace(backend=lambda: "jax"))
    monkeypatch.setitem(sys.modules, "keras", fake)
    with pytest.raises(RuntimeError, match=r"with the backend 'jax'.*restart Python"):
        originals.no_fc_autoencoder()


def test_a_wish_for_another_backend_is_refused_before_keras_is_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(RuntimeError, match="KERAS_BACKEND is 'tensorflow'"):
        originals.no_fc_autoencoder()
    assert "keras" not in sys.modules


@needs_keras
def test_importing_needs_no_keras_and_the_first_use_sets_it_up_for_torch(tmp_path):
    (tmp_path / "keras.json").write_text('{"backend": "tensorflow"}')  # as an older Keras leaves it in many homes
    code = """
import sys
from lessons_pkg import keras_originals
assert "keras" not in sys.modules
keras = keras_originals.keras_on_torch()
print(keras.config.backend(), keras_originals.no_fc_autoencoder().layers[1].kernel.value.device)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")}
    environment |= {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "torch cpu\n", done.stderr
