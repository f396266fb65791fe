import torch


def find_hole(codes):
    best, where = -1.0, None
    for x in torch.linspace(codes[:, 0].min().item(), codes[:, 0].max().item(), 50):
        for y in torch.linspace(codes[:, 1].min().item(), codes[:, 1].max().item(), 50):
            dx, dy = codes[:, 0] - x, codes[:, 1] - y
            if min(((s * dx > 0) & (t * dy > 0)).float().mean() for s in (1, -1) for t in (1, -1)) < 0.01:
                continue
            d = (dx**2 + dy**2).min().sqrt().item()
            if d > best:
                best, where = d, torch.stack([x, y])
    return where
