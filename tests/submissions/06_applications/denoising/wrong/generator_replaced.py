# cause: not the one that reaches add_noise
import torch
from torch.nn import functional as F


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + strength * torch.randn(x.shape, generator=generator)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)


def denoising_loss(model, x, kind, strength, generator):
    fresh = torch.Generator()
    fresh.seed()
    return F.mse_loss(model(add_noise(x, kind, strength, fresh)), x)
