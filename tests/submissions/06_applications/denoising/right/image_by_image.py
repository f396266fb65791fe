import torch


def one(image, kind, strength, generator):
    if kind == "gaussian":
        return image + torch.randn(image.shape, generator=generator) * strength
    u = torch.rand(image.shape, generator=generator)
    if kind == "masking":
        return torch.where(u >= 1 - strength, torch.zeros_like(image), image)
    image = torch.where(u < strength / 2, torch.zeros_like(image), image)
    return torch.where(u >= 1 - strength / 2, torch.ones_like(image), image)


def add_noise(x, kind, strength, generator):
    if kind not in {"gaussian", "masking", "salt and pepper"}:
        raise ValueError(f"{kind} is none of the three")
    return torch.stack([one(image, kind, strength, generator) for image in x])


def denoising_loss(model, x, kind, strength, generator):
    total = 0.0
    for image in x.split(1):
        total = total + ((model(add_noise(image, kind, strength, generator)) - image) ** 2).mean()
    return total / len(x)
