# cause: the later ones overwrite some of the earlier
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + strength * torch.randn(x.shape, generator=generator)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength / 2, 1.0, x)
        other = torch.rand(x.shape, generator=generator)
        return torch.where(other < strength / 2, 0.0, noisy)
    raise ValueError(kind)
