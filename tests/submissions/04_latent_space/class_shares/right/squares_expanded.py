import torch


def class_shares(points, codes, labels, classes):
    p, c = points.double(), codes.double()
    squared = (p**2).sum(1, keepdim=True) - 2 * p @ c.T + (c**2).sum(1)
    order = squared.argsort(dim=1)[:, 0]
    return torch.stack([(labels[order] == k).double().mean() for k in range(classes)])


def evenness(shares):
    p = shares.clamp(min=1e-12)
    return -(p * p.log()).sum().item() / torch.log(torch.tensor(float(len(p)))).item()
