# cause: no pixel ends below 0
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return (x + strength * torch.randn(x.shape, generator=generator)).abs()
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)
