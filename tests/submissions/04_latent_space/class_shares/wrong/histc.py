# cause: the right shares, but in other places
import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return torch.histc(labels[nearest].float(), bins=classes) / len(points)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
