"""The Keras networks of the sources, in Keras itself, and their weights carried over into our PyTorch versions.

They run on Keras 3 with torch underneath and need the extra "keras". The module can be imported without it; only
calling one of the functions then says what is missing. Keras puts the channels last: its images are (N, 28, 28, C),
ours (N, C, 28, 28), so ``keras_model(x.permute(0, 2, 3, 1))`` belongs to ``torch_model(x)``.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from lessons_pkg.models import DenseAE, KerasFCAE, KerasNoFCAE

if TYPE_CHECKING:
    import keras

__all__ = ["copy_weights", "dense_autoencoder", "fc_autoencoder", "hwc_to_chw", "keras_on_torch", "no_fc_autoencoder"]


def fc_autoencoder(in_channels: int = 3) -> keras.Model:
    """The source's network with a fully connected bottleneck; ``models.KerasFCAE`` computes the same."""
    layers = keras_on_torch().layers
    inputs = layers.Input(shape=(28, 28, in_channels))
    x = layers.Conv2D(32, 3, 2, activation="relu", padding="same")(inputs)  # -> (N, 14, 14, 32)
    x = layers.Conv2D(64, 3, 2, activation="relu", padding="same")(x)  # -> (N, 7, 7, 64)
    x = layers.GlobalAveragePooling2D()(x)  # -> (N, 64)
    code = layers.Dense(10, name="code")(x)  # -> (N, 10)
    x = layers.Dense(7 * 7 * 64)(code)  # -> (N, 3136)
    x = layers.Reshape(target_shape=(7, 7, 64))(x)  # -> (N, 7, 7, 64)
    x = layers.Conv2DTranspose(64, 3, 2, activation="relu", padding="same")(x)  # -> (N, 14, 14, 64)
    x = layers.Conv2DTranspose(32, 3, 2, activation="relu", padding="same")(x)  # -> (N, 28, 28, 32)
    x = layers.Conv2DTranspose(in_channels, 3, activation="sigmoid", padding="same")(x)  # -> (N, 28, 28, 3)
    return keras_on_torch().Model(inputs, x)


def no_fc_autoencoder(in_channels: int = 3) -> keras.Model:
    """The same without the four layers in the middle; ``models.KerasNoFCAE`` computes the same."""
    layers = keras_on_torch().layers
    inputs = layers.Input(shape=(28, 28, in_channels))
    x = layers.Conv2D(32, 3, 2, activation="relu", padding="same")(inputs)  # -> (N, 14, 14, 32)
    x = layers.Conv2D(64, 3, 2, activation="relu", padding="same", name="code")(x)  # -> (N, 7, 7, 64)
    x = layers.Conv2DTranspose(64, 3, 2, activation="relu", padding="same")(x)  # -> (N, 14, 14, 64)
    x = layers.Conv2DTranspose(32, 3, 2, activation="relu", padding="same")(x)  # -> (N, 28, 28, 32)
    x = layers.Conv2DTranspose(in_channels, 3, activation="sigmoid", padding="same")(x)  # -> (N, 28, 28, 3)
    return keras_on_torch().Model(inputs, x)


def dense_autoencoder(code_dim: int = 32) -> keras.Model:
    """The dense network of another source; ``models.DenseAE(code_dim)`` computes the same.

    Images are (N, 28, 28), without a channel. The source writes it as a class with ``__init__(self, encoding_dim)``
    whose body reads ``latent_dim``: that runs only where a global variable of that name happens to exist.
    """
    keras = keras_on_torch()
    layers = keras.layers
    inputs = layers.Input(shape=(28, 28))
    x = layers.Flatten()(inputs)  # -> (N, 784)
    code = layers.Dense(code_dim, activation="relu", name="code")(x)  # -> (N, code_dim)
    x = layers.Dense(784, activation="sigmoid")(code)  # -> (N, 784)
    x = layers.Reshape((28, 28))(x)  # -> (N, 28, 28)
    return keras.Model(inputs, x)


@torch.no_grad()
def copy_weights(keras_model: keras.Model, torch_model: KerasFCAE | KerasNoFCAE | DenseAE) -> None:
    """Carry the weights of a Keras network into its PyTorch version, which is changed in place.

    Raises TypeError for a PyTorch model that is none of these three, ValueError where layers or sizes differ.
    """
    ours = _layers_as_the_data_flows(torch_model)
    theirs = [torch.from_numpy(array) for array in keras_model.get_weights()]  # kernel, bias, kernel, bias ...
    if len(theirs) != 2 * len(ours):
        raise ValueError(
            f"the Keras model has {len(theirs)} arrays of weights, "
            f"{type(torch_model).__name__} has {2 * len(ours)}: they are not the same network"
        )
    for layer, kernel, bias in zip(ours, theirs[0::2], theirs[1::2], strict=True):
        # Dense: (in, out) -> (out, in). Conv2D: (h, w, in, out) -> (out, in, h, w), and Conv2DTranspose, where both
        # libraries have the channels the other way round: (h, w, out, in) -> (in, out, h, w). No kernel is mirrored.
        weight = kernel.mT if isinstance(layer, nn.Linear) else kernel.permute(3, 2, 0, 1)
        if layer is getattr(torch_model, "dense2", None):  # its outputs become a map, and a map has an order
            weight, bias = hwc_to_chw(weight), hwc_to_chw(bias)
        if weight.shape != layer.weight.shape:  # copy_ alone would spread one channel over three without a word
            raise ValueError(
                f"a weight of Keras has shape {tuple(weight.shape)} in the order of PyTorch, where {layer} "
                f"has {tuple(layer.weight.shape)}: build both with the same number of channels and the same code size"
            )
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)


def hwc_to_chw(rows: Tensor) -> Tensor:
    """Reorder the 7*7*64 rows of a Dense layer's weight or bias: Keras counts channels fastest, PyTorch slowest.

    Number 1 after number 0 is the next channel of the same place in Keras' Reshape((7, 7, 64)), and the next place of
    the same channel in PyTorch's view(-1, 64, 7, 7).
    """
    return rows.unflatten(0, (7, 7, 64)).movedim(2, 0).flatten(0, 2)


def _layers_as_the_data_flows(model: nn.Module) -> list[nn.Module]:
    if isinstance(model, DenseAE):
        return [model.encoder, model.decoder]
    if not isinstance(model, KerasNoFCAE):
        raise TypeError(f"no Keras network belongs to {type(model).__name__}: give KerasFCAE, KerasNoFCAE or DenseAE")
    middle = [model.dense1, model.dense2] if isinstance(model, KerasFCAE) else []
    return [model.conv1, model.conv2, *middle, model.t_conv1, model.t_conv2, model.t_conv3]


def keras_on_torch() -> ModuleType:
    """The module ``keras``, calculating with torch, on the CPU unless KERAS_TORCH_DEVICE says otherwise.

    Keras reads its settings once, at its first import; so this must be it, or must find that it was as it has to be.
    Raises ImportError if Keras is not installed, RuntimeError if it was set to calculate with something else.
    """
    if "keras" not in sys.modules:
        backend = os.environ.get("KERAS_BACKEND") or "torch"
        if backend != "torch":
            raise RuntimeError(f"KERAS_BACKEND is {backend!r}, but these networks are compared with torch's: unset it")
        os.environ["KERAS_BACKEND"] = backend
        # Both on the CPU, in full float32: a GPU may round the factors of a convolution to ten bits.
        os.environ.setdefault("KERAS_TORCH_DEVICE", "cpu")
    try:
        import keras
    except ModuleNotFoundError as error:
        if error.name != "keras":
            raise
        raise ImportError(
            "Keras is not installed. It is an extra of this course: make test EXTRAS=keras, "
            'or: pip install -e ".[keras]"'
        ) from error
    if keras.config.backend() != "torch":
        raise RuntimeError(
            f"Keras was imported before, with the backend {keras.config.backend()!r}, and cannot change it now: "
            "restart Python (the kernel) and set KERAS_BACKEND=torch before the first import of keras"
        )
    return keras
