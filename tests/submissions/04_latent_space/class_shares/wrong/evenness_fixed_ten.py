# cause: divided by log 10 for any number of classes
import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return torch.bincount(labels[nearest], minlength=classes) / len(points)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(10)).item()
