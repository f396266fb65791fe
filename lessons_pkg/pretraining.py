"""Training a stack of layers one after the other without labels, and a classifier with the few labels there are."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import noise, training
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating
from lessons_pkg.latent.images import tensor_of
from lessons_pkg.models.stacked import StackedAE
from lessons_pkg.quick_adam import QuickAdam

__all__ = ["fine_tune", "greedy_pretrain"]


def greedy_pretrain(
    stack: StackedAE,
    images: ImageSet | Tensor,
    *,
    masked: float = 0.0,
    epochs: int = 10,
    batch_size: int = 128,
    lr: float = 1e-3,
    seed: int = 0,
) -> list[training.History]:
    """Train a stack layer by layer, from the images up, on the CPU. Returns the history of each layer.

    Each layer learns to reconstruct what it gets from the layers below, which stand still by then (Hinton &
    Salakhutdinov 2006, with autoencoders in place of Boltzmann machines: Bengio et al. 2007). The stack is changed in
    place.
    masked: the share of each layer's input that is set to zero, drawn anew in every batch, while what is to come out
    stays whole (stacked denoising autoencoders: Vincent et al. 2010). 0: none.
    """
    x = tensor_of(images).cpu()
    histories = []
    for number in range(len(stack.encoder)):
        with evaluating(stack):
            inputs = stack.below(number, x)[:, None, None, :]  # a "picture" of one row, as fit wants it
        draw = torch.Generator().manual_seed(seed)

        def loss(layer: nn.Module, clean: Tensor, draw: torch.Generator = draw) -> Tensor:
            spoiled = noise.masking(clean, masked, draw) if masked else clean
            return F.mse_loss(layer(spoiled), clean)

        histories.append(
            training.fit(
                stack.layer(number),
                inputs,
                loss=loss,
                epochs=epochs,
                batch_size=batch_size,
                lr=lr,
                schedule=training.cosine,
                seed=seed,
                device="cpu",
            )
        )
    return histories


def fine_tune(
    classifier: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    steps: int = 200,
    batch_size: int = 32,
    lr: float = 1e-3,
    seed: int = 0,
) -> list[float]:
    """Train all weights of a classifier by cross-entropy, so many steps of Adam. Returns the loss of each, in nats.

    images: (N, C, H, W), labels: (N,). A batch is never larger than all images; the order is drawn anew whenever all
    have been seen. The learning rate falls along a cosine. The classifier is changed in place.
    """
    if len(images) != len(labels) or len(images) == 0:
        raise ValueError(f"{len(images)} images and {len(labels)} labels: one label for each, and at least one image")
    order = torch.Generator().manual_seed(seed)
    optimizer = QuickAdam(classifier.parameters(), lr=lr)
    passes = math.ceil(steps / math.ceil(len(images) / batch_size))
    batches = [batch for _ in range(passes) for batch in torch.randperm(len(images), generator=order).split(batch_size)]
    losses = []
    classifier.train()
    for step, batch in enumerate(batches[:steps]):
        for group in optimizer.param_groups:
            group["lr"] = lr * training.cosine(step / steps)
        loss = F.cross_entropy(classifier(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    classifier.eval()
    return losses
