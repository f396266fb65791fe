import math

import torch


def class_shares(points, codes, labels, classes):
    shares = torch.zeros(classes)
    for point in points:
        i = (codes - point).square().sum(dim=1).argmin()
        shares[labels[i]] += 1 / len(points)
    return shares


def evenness(shares):
    total = 0.0
    for p in shares.tolist():
        if p > 0:
            total -= p * math.log2(p)
    return total / math.log2(shares.numel())
