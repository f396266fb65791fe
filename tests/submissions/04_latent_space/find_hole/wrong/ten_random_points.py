# cause: More candidates
import torch


def find_hole(codes):
    low, high = codes.amin(0), codes.amax(0)
    x = torch.linspace(low[0].item(), high[0].item(), 60)
    y = torch.linspace(low[1].item(), high[1].item(), 60)
    candidates = codes.mean(0) + codes.std(0) * torch.randn(40, 2, generator=torch.Generator().manual_seed(1))
    right = codes[:, 0] > candidates[:, :1]
    above = codes[:, 1] > candidates[:, 1:]
    sides = torch.stack([right & above, ~right & above, ~right & ~above, right & ~above])
    inside = (sides.double().mean(2) >= 0.01).all(0)
    candidates = candidates[inside]
    distance = torch.cdist(candidates, codes).amin(1)
    return candidates[distance.argmax()]
