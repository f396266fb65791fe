import numpy as np
import torch
from scipy.optimize import differential_evolution


def find_hole(codes):
    c = codes.numpy().astype(float)

    def cost(p):
        d = c - p
        s = min(((a * d[:, 0] > 0) & (b * d[:, 1] > 0)).mean() for a in (1, -1) for b in (1, -1))
        return -np.sqrt((d**2).sum(1).min()) if s >= 0.01 else 1.0 - s

    r = differential_evolution(cost, list(zip(c.min(0), c.max(0))), seed=0, popsize=40, maxiter=60)
    return torch.tensor(r.x, dtype=torch.float32)
