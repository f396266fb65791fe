# cause: no counts over
import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return (torch.bincount(labels[nearest], minlength=classes) + 1) / (len(points) + classes)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
