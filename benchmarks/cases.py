"""What is measured, against what, and what is to be reached."""

from __future__ import annotations

import torch

from benchmarks.measure import Arm, Case


def _epoch(net: str, batch_size: int, goal: float, work: str) -> Case:
    """One epoch of a small network: the sources' loop, ``fit``, and the step alone."""
    options = {"net": net, "batch_size": batch_size}
    extra: tuple[Arm, ...] = ()
    course, bare = options, options
    if net == "conv":
        course = bare = options | {"channels_last": True}
        extra = (
            Arm("fit, channels first", "course", options),
            Arm("bare step, compiled", "bare", bare | {"compiled": True}),
        )
    elif net == "dense":
        extra = (Arm("bare step, denormals as zero", "bare", options | {"denormals": False}),)
    return Case(
        name=f"{net}-{batch_size}",
        work=work,
        arms=(
            Arm("sources' loop", "sources", options),
            Arm("fit", "course", course),
            Arm("bare step", "bare", bare),
            *extra,
        ),
        ours="fit",
        against="sources' loop",
        goal=goal,
    )


def _vae(batch_size: int) -> Case:
    options = {"net": "vae", "batch_size": batch_size}
    against_pythae = batch_size < 512
    return Case(
        name=f"vae-{batch_size}",
        work=f"VAE 784-400-40, batch {batch_size}, one epoch",
        arms=(
            Arm("pythae", "pythae_vae", {"batch_size": batch_size}, peer=True),
            Arm("fit", "course", options),
            Arm("bare step", "bare", options),
        ),
        ours="fit",
        against="pythae" if against_pythae else "bare step",
        goal=1.5 if against_pythae else 0.95,
    )


def _gpu(net: str, batch_size: int) -> Case:
    options = {"net": net, "batch_size": batch_size, "device": "cuda"}
    return Case(
        name=f"gpu-{net}-{batch_size}",
        work=f"{net} on a GPU, batch {batch_size}, one epoch",
        arms=(
            Arm("sources' loop", "sources", options),
            Arm("fit", "course", options),
            Arm("bare step", "bare", options),
        ),
        ours="fit",
        against="sources' loop",
        goal=50,
    )


def _seeds(net: str, work: str) -> Case:
    return Case(
        name=f"seeds-{net}",
        work=work,
        arms=tuple(
            Arm(name, "seeds", {"net": net, "batch_size": 20, "way": way})
            for name, way in (
                ("one after the other", "in turn"),
                ("two processes side by side", "side by side"),
                ("stacked into one model", "stacked"),
            )
        ),
        ours="two processes side by side",
        against="one after the other",
    )


CASES = [
    _epoch("conv", 20, 2, "convolutional autoencoder of exercise 2, batch 20, one epoch"),
    _epoch("linear", 20, 4, "linear autoencoder 784-32-784, batch 20, one epoch"),
    _epoch("linear", 128, 4, "linear autoencoder 784-32-784, batch 128, one epoch"),
    _epoch("dense", 20, 4, "dense autoencoder 784-32-784, ReLU and sigmoid, batch 20, one epoch"),
    _epoch("dense", 128, 4, "dense autoencoder 784-32-784, ReLU and sigmoid, batch 128, one epoch"),
    _vae(64),
    _vae(128),
    _vae(512),
    Case(
        name="conv-to-0.0095",
        work="from nothing to an error of 0.0095 over all training images, convolutional autoencoder of exercise 2",
        arms=(
            Arm("quick recipe", "quick_conv", seeded=True),
            Arm("sources' 30 epochs", "sources", {"net": "conv", "batch_size": 20, "epochs": 30}, every=5, seeded=True),
        ),
        ours="quick recipe",
        against="sources' 30 epochs",
        goal=20,
        measure="total",
        turns=5,
    ),
    Case(
        name="linear-floor",
        work="linear autoencoder from random weights to the PCA floor, k = 32",
        arms=(
            Arm("gradients through the covariance", "linear_floor", seeded=True),
            Arm("scikit-learn's PCA", "exact_pca", {"by": "scikit-learn"}),
        ),
        ours="gradients through the covariance",
        against="scikit-learn's PCA",
        turns=5,
    ),
    Case(
        name="pca",
        work="exact PCA of 60,000 images of 784 pixels",
        arms=(
            Arm("scikit-learn's PCA", "exact_pca", {"by": "scikit-learn"}),
            Arm("latent.pca", "exact_pca", {"by": "course", "floats": False}),
            Arm("latent.pca, of floats", "exact_pca", {"by": "course"}),
        ),
        ours="latent.pca",
        against="scikit-learn's PCA",
        goal=1,
        turns=7,
    ),
    Case(
        name="team-512",
        work="convolutional autoencoder, batch 512, one epoch, by one process and by two",
        arms=(
            Arm("one process", "course", {"net": "conv", "batch_size": 512, "channels_last": True}),
            Arm(
                "two processes",
                "course",
                {"net": "conv", "batch_size": 512, "channels_last": True, "threads": 1},
                processes=2,
            ),
        ),
        ours="two processes",
        against="one process",
    ),
    _seeds("linear", "four seeds of the linear autoencoder, batch 20, an epoch each"),
    _seeds("conv", "four seeds of the convolutional autoencoder, batch 20, an epoch each"),
    *([_gpu("conv", 20), _gpu("conv", 512), _gpu("vae", 128)] if torch.cuda.is_available() else []),
]
