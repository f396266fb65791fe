# cause: goes together
import torch
from torch.nn import functional as F


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + 3 * strength * F.avg_pool2d(torch.randn(x.shape, generator=generator), 3, 1, 1)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)
