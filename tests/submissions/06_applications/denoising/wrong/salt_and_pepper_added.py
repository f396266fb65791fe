# cause: is added to a pixel or taken from it
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + strength * torch.randn(x.shape, generator=generator)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        sign = torch.where(chance < strength / 2, 1.0, -1.0)
        return torch.where(chance < strength, x + 0.5 * sign, x)
    raise ValueError(kind)
