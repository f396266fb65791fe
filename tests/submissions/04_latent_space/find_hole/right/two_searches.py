import torch


def inside(points, codes):
    difference = codes - points[:, None]
    share = [((difference * torch.tensor(s)) > 0).all(-1).double().mean(1) for s in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    return torch.stack(share).amin(0) >= 0.01


def find_hole(codes):
    low, high = codes.min(0).values, codes.max(0).values
    for _ in range(3):
        lines = [torch.linspace(low[j].item(), high[j].item(), 40) for j in range(2)]
        points = torch.cartesian_prod(*lines)
        points = points[inside(points, codes)]
        best = points[torch.cdist(points, codes).amin(1).argmax()]
        room = (high - low) / 10
        low, high = best - room, best + room
    return best
