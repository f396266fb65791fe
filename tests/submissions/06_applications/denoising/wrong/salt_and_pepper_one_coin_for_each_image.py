# cause: one coin for each image
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + strength * torch.randn(x.shape, generator=generator)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        coin = torch.rand(len(x), 1, 1, 1, generator=generator) < 0.5
        return torch.where((chance < strength) & coin, 1.0, noisy)
    raise ValueError(kind)
