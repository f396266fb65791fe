import torch


def add_noise(x, kind, strength, generator):
    noisy = x.clone()
    if kind == "gaussian":
        return noisy.add_(torch.empty_like(x).normal_(0.0, 1.0, generator=generator).mul_(strength))
    if kind not in ("masking", "salt and pepper"):
        raise ValueError(kind)
    hit = torch.rand(x.shape, generator=generator) < strength
    noisy[hit] = 0
    if kind == "salt and pepper":
        noisy[hit] = torch.randint(0, 2, (int(hit.sum()),), generator=generator).float()
    return noisy


def denoising_loss(model, x, kind, strength, generator):
    difference = model.decode(model.encode(add_noise(x, kind, strength, generator))) - x
    return (difference**2).sum() / x.numel()
