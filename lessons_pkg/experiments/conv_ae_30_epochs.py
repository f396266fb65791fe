"""The 1,077-parameter convolutional autoencoder for 30 epochs, as in the source, with and without ReLU, over seeds.

Some runs stay on a plateau for many epochs, or for good. To see what is different inside them, the network without
ReLU is looked at after every epoch: before its sigmoid, its decoder maps the 4 numbers of a cell to a 4x4 patch by an
affine map, so the patches it can draw spread along at most 4 directions. How far along each is what we record.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, conv


@dataclass(frozen=True)
class Settings:
    epochs: int = 30
    batch_size: int = 20
    lr: float = 1e-3
    look_at: int = 2000  # test images whose codes are examined after each epoch


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    return {
        name: _trained(conv.ConvAE(relu=relu, seed=seed), seed, train, test, settings)
        for name, relu in (("without ReLU", False), ("with ReLU", True))
    }


def _trained(model: conv.ConvAE, seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    # The layout of the numbers in memory, not their values: convolutions on a CPU are faster with channels last.
    model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.lr, fused=True)
    losses, spreads, seconds = [], [], 0.0
    sample = test.images[: settings.look_at]
    for epoch in range(settings.epochs):  # one fit per epoch, to look inside after each
        history = training.fit(
            model,
            train,
            epochs=1,
            batch_size=settings.batch_size,
            optimizer=optimizer,
            seed=seed * settings.epochs + epoch,
            device="cpu",
        )
        losses += history.loss
        seconds += history.seconds
        if not model.decoder.relu:
            spreads.append(patch_directions(model, sample)[1].tolist())
    values = {
        "loss_per_epoch": losses,
        "train": training.evaluate(model, train),
        "test": training.evaluate(model, test),
        "seconds": round(seconds, 1),
    }
    z = codes_per_cell(model, sample)
    if model.decoder.relu:
        values["code_channels_never_active"] = int((z == 0).all(0).sum())
    else:
        directions, _ = patch_directions(model, sample)
        values["spread_per_epoch"] = spreads
        values["directions"] = directions.T.tolist()
        values["sample_error"] = training.evaluate(model, sample)
        values["sample_error_without_last_direction"] = _error_without_last_direction(model, sample)
    return values


@torch.no_grad()
def codes_per_cell(model: conv.ConvAE, images: Tensor) -> Tensor:
    """The 4 numbers of every cell of every image as one row each: (N * 7 * 7, 4), float64."""
    return model.encode(images).movedim(1, -1).flatten(0, -2).double()


@torch.no_grad()
def patch_matrix(model: conv.ConvAE) -> tuple[Tensor, Tensor]:
    """The affine map from a cell's numbers to its patch before the sigmoid: a matrix (16, 4) and an offset (16,)."""
    channels = model.decoder.t_conv1.in_channels
    codes = torch.cat([torch.zeros(1, channels), torch.eye(channels)])[:, :, None, None]
    offset, *columns = model.decoder.t_conv2(model.decoder.t_conv1(codes)).flatten(1).double()
    return torch.stack([column - offset for column in columns], dim=1), offset


def patch_directions(model: conv.ConvAE, images: Tensor) -> tuple[Tensor, Tensor]:
    """Directions (16, 4) along which the decoded patches vary, before the sigmoid, and the standard deviation (4,)
    along each, largest first: the singular value decomposition of W Cov(z)^(1/2)."""
    matrix, _ = patch_matrix(model)
    eigenvalues, vectors = torch.linalg.eigh(torch.cov(codes_per_cell(model, images).T))
    root = vectors @ torch.diag(eigenvalues.clamp(min=0).sqrt()) @ vectors.T
    directions, spread, _ = torch.linalg.svd(matrix @ root, full_matrices=False)
    return directions, spread


def _error_without_last_direction(model: conv.ConvAE, images: Tensor) -> float:
    """The error when the decoded patches keep their mean along the direction in which they vary least."""
    directions, _ = patch_directions(model, images)
    matrix, offset = patch_matrix(model)
    last = directions[:, -1:]
    patches = codes_per_cell(model, images) @ matrix.T + offset  # (N * 7 * 7, 16)
    patches = patches - (patches - patches.mean(0)) @ last @ last.T
    cells = patches.unflatten(0, (len(images), -1)).mT  # (N, 16, 49)
    decoded = F.fold(torch.sigmoid(cells), images.shape[-2:], kernel_size=4, stride=4)
    return F.mse_loss(decoded, images.double()).item()


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """PCA with as many numbers, over the image and over 4x4 patches with one basis for all places."""
    whole = latent.pca(train)
    patches, test_patches = (latent.patches(images, 4) for images in (train, test))
    shared = latent.pca(patches)
    return {
        "floor_train": latent.pca_floor(whole, 196),
        "pca_test": latent.pca_floor(whole, 196, on=test),
        "patch_pca_train": {str(k): latent.pca_floor(shared, k) for k in range(1, 5)},
        "patch_pca_test": {str(k): latent.pca_floor(shared, k, on=test_patches) for k in range(1, 5)},
    }


RECIPE = Recipe(
    question="How far does the 1,077-parameter convolutional autoencoder get in 30 epochs, and which seeds do not?",
    settings=Settings(),
    smallest={"epochs": 1, "batch_size": 50, "look_at": 50},
    run_seed=run_seed,
    reference=reference,
    uses=(base, conv),
    # Ninety thousand steps at a constant rate amplify rounding; when a run leaves the plateau moves by epochs.
    tolerance=0.05,
    tolerances={"loss_per_epoch": None, "spread_per_epoch": None, "directions": None},
)
