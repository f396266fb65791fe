# cause: the shares are rounded
import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return (torch.bincount(labels[nearest], minlength=classes) / len(points) * 100).round() / 100


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
