import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    out = torch.zeros(classes, dtype=torch.float64)
    return out.scatter_add(0, labels[nearest], torch.full((len(points),), 1 / len(points), dtype=torch.float64))


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
