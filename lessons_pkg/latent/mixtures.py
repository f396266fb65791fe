"""A mixture of Gaussians fitted to codes: a distribution to sample from where one Gaussian is too simple."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons_pkg.latent.sampling import checked


@dataclass(frozen=True, eq=False)
class Mixture:
    """sum_i w_i N(m_i, S_i), full covariances, for codes less ``mean`` and divided by ``scale``.

    fitted: scikit-learn's GaussianMixture; mean: (k,), float64; scale: one number.
    """

    fitted: Any
    mean: Tensor
    scale: float

    def sample(self, count: int, *, seed: int = 0) -> Tensor:
        """Independent draws, (count, k), float32. Raises ValueError for a count below 1."""
        if count < 1:
            raise ValueError(f"count is at least 1, not {count}")
        draw = np.random.default_rng(seed)
        chosen = draw.choice(len(self.fitted.weights_), size=count, p=self.fitted.weights_)
        roots = np.linalg.cholesky(self.fitted.covariances_)
        noise = draw.standard_normal((count, len(self.mean)))
        points = self.fitted.means_[chosen] + np.einsum("nij,nj->ni", roots[chosen], noise)
        return (torch.from_numpy(points) * self.scale + self.mean).float()

    def log_density(self, points: Tensor) -> Tensor:
        """log p of each point, in nats, as a density of the codes themselves: (N, k) -> (N,), float64."""
        points = checked(points, "points", dims=len(self.mean))
        inner = self.fitted.score_samples(((points - self.mean) / self.scale).numpy())
        return torch.from_numpy(inner) - len(self.mean) * math.log(self.scale)


def mixture(codes: Tensor, components: int, *, seed: int = 0) -> Mixture:
    """The mixture of so many Gaussians fitted to codes (N, k), by expectation maximisation from k-means.

    As Ghosh et al. 2020 (section 4) fit one to the codes of an autoencoder after its training. One component is the
    fitted Gaussian. The codes are scaled first (one number for all dimensions), so that what keeps scikit-learn's
    covariances invertible is small for codes of any size.
    Raises ValueError for fewer codes than components, codes that are no finite matrix, or that are all the same.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    points = checked(codes, "codes", least=max(2, components))
    mean = points.mean(0)
    scale = float((points - mean).square().mean().sqrt())
    if scale == 0:
        raise ValueError("all codes are the same: there is nothing to fit a distribution to")
    model = GaussianMixture(components, covariance_type="full", random_state=seed, max_iter=100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a hundred steps are the recipe, not an accident
        fitted = model.fit(((points - mean) / scale).numpy())
    return Mixture(fitted, mean, scale)
