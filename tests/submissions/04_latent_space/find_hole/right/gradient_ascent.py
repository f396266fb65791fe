import torch


def all_sides(points, codes):
    right, above = codes[:, 0] > points[:, :1], codes[:, 1] > points[:, 1:]
    sides = [a & b for a in (right, ~right) for b in (above, ~above)]
    return torch.stack([side.float().mean(1) for side in sides]).amin(0) >= 0.0101


def find_hole(codes):
    starts = torch.cartesian_prod(*[torch.linspace(float(c.min()), float(c.max()), 30) for c in codes.T])
    starts = starts[all_sides(starts, codes)]
    points = starts.clone().requires_grad_()
    kept, best = starts, torch.cdist(starts, codes).amin(1)
    optimizer = torch.optim.Adam([points], lr=0.02)
    for _ in range(20):
        distance = torch.cdist(points, codes).amin(1)
        optimizer.zero_grad()
        (-distance.sum()).backward()
        optimizer.step()
        now = torch.cdist(points.detach(), codes).amin(1)
        better = (now > best) & all_sides(points.detach(), codes)
        kept, best = torch.where(better[:, None], points.detach(), kept), torch.where(better, now, best)
    return kept[best.argmax()]
