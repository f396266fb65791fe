# cause: the right shares, but in other places
import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    _, n = labels[nearest].unique(return_counts=True)
    out = torch.zeros(classes)
    out[: len(n)] = n / len(points)
    return out


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
