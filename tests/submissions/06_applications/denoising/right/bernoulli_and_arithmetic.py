import torch


def add_noise(x, kind, strength, generator):
    def coins(p):
        return torch.bernoulli(torch.full_like(x, p), generator=generator)

    match kind:
        case "gaussian":
            return torch.normal(x, torch.full_like(x, strength), generator=generator)
        case "masking":
            return x * coins(1 - strength)
        case "salt and pepper":
            hit = coins(strength)
            return x * (1 - hit) + coins(0.5) * hit
        case _:
            raise ValueError("unknown kind " + kind)


def denoising_loss(model, x, kind, strength, generator):
    rebuilt = model(add_noise(x, kind, strength, generator))
    return (rebuilt - x).square().flatten(1).mean(1).mean()
