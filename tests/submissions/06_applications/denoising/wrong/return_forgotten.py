# cause: Is a return missing?
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        noisy = x + strength * torch.randn(x.shape, generator=generator)
    return None
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)
