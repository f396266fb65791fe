"""A linear autoencoder brought to the PCA floor by gradients alone, from random weights.

It is trained through the covariance matrix C: the mean squared error of a linear network over all images is a function
of its weights and C, whatever the number of images. For a decoder W the best encoder is (W^T W)^-1 W^T. Put in, it
leaves a loss of W alone, (tr C - tr (W^T W)^-1 W^T C W) / D, whose gradient L-BFGS takes (Nocedal & Wright 2006,
algorithm 7.5).
No eigenvector is computed, and it stops by its own progress, not by the floor.
"""

from __future__ import annotations

import time

import torch

from lessons_pkg import data, latent, models, training


def run(code_dim: int = 32, seed: int = 0) -> dict:
    train, _ = data.load("mnist")
    start = time.perf_counter()
    mean, covariance = latent.moments(train)
    model = models.LinearAE(code_dim, seed=seed)
    decoder = model.decoder.weight.detach().double().requires_grad_()  # (D, k)
    variance = covariance.trace()
    optimizer = torch.optim.LBFGS(
        [decoder], max_iter=500, tolerance_grad=0, tolerance_change=1e-9, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        kept = torch.linalg.solve(decoder.T @ decoder, decoder.T @ (covariance @ decoder)).trace()
        loss = 1 - kept / variance  # the share of the variance that is lost
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        encoder = torch.linalg.solve(decoder.T @ decoder, decoder.T)
        model.encoder.weight.copy_(encoder)
        model.decoder.weight.copy_(decoder)
        model.encoder.bias.copy_(-encoder @ mean)
        model.decoder.bias.copy_(mean)
    seconds = time.perf_counter() - start
    error, floor = training.evaluate(model, train), latent.pca_floor(train, code_dim)
    return {"seconds": seconds, "error": error, "above_floor": error / floor - 1}
