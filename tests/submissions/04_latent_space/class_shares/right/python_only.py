import math

import torch


def class_shares(points, codes, labels, classes):
    n = [0] * classes
    for p in points:
        d = ((codes - p) ** 2).sum(1)
        n[int(labels[int(torch.argmin(d))])] += 1
    return torch.tensor([c / len(points) for c in n])


def evenness(shares):
    h = 0.0
    for p in shares.tolist():
        h -= p * math.log(p, len(shares)) if p > 0 else 0.0
    return h
