# cause: float32, as x
import numpy as np
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        draw = np.random.default_rng(generator.initial_seed())
        return x + strength * torch.from_numpy(draw.standard_normal(tuple(x.shape)))
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        return torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)
