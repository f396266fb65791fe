# cause: the images come back as they were
import torch


def add_noise(x, kind, strength, generator):
    if kind not in ("gaussian", "salt and pepper", "masking"):
        raise ValueError(kind)
    noise = strength * torch.randn(x.shape, generator=generator)
    return x.clone()
