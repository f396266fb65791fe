import torch
from torch import nn


def add_noise(x, kind, strength, generator):
    """The share is kept exactly, over the whole batch."""
    if kind == "gaussian":
        return x + strength * torch.randn(*x.shape, generator=generator, dtype=x.dtype)
    if kind not in ("salt and pepper", "masking"):
        raise ValueError(kind)
    flat = x.reshape(-1).clone()
    hit = torch.randperm(len(flat), generator=generator)[: round(strength * len(flat))]
    flat[hit] = 0.0
    if kind == "salt and pepper":
        flat[hit[: len(hit) // 2]] = 1.0
    return flat.view_as(x)


def denoising_loss(model, x, kind, strength, generator):
    with torch.no_grad():
        noisy = add_noise(x, kind, strength, generator)
    return nn.MSELoss()(model.forward(noisy), x)
