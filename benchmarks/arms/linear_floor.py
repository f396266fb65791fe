"""A linear autoencoder brought to the PCA floor by gradients alone, from random weights.

It is trained through the covariance matrix: for a linear network the mean squared error over all images is a function
of the two weight matrices and that matrix, whatever the number of images. L-BFGS (Nocedal & Wright 2006, algorithm
7.5) takes the gradients. No eigenvector is computed, and it stops by its own progress, not by the floor.
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
    encoder = model.encoder.weight.detach().double().requires_grad_()
    decoder = model.decoder.weight.detach().double().requires_grad_()
    variance = covariance.trace()
    optimizer = torch.optim.LBFGS(
        [encoder, decoder], max_iter=2000, history_size=30, tolerance_change=1e-7, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        seen = encoder @ covariance  # (k, D)
        # mean |x - W_d W_e x|^2 of centred x, over the total variance, so that its size does not depend on the data
        loss = (variance - 2 * (seen * decoder.T).sum() + ((seen @ encoder.T) * (decoder.T @ decoder)).sum()) / variance
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        model.encoder.weight.copy_(encoder)
        model.decoder.weight.copy_(decoder)
        model.encoder.bias.copy_(-encoder @ mean)
        model.decoder.bias.copy_(mean)
    seconds = time.perf_counter() - start
    error, floor = training.evaluate(model, train), latent.pca_floor(train, code_dim)
    return {"seconds": seconds, "error": error, "above_floor": error / floor - 1}
