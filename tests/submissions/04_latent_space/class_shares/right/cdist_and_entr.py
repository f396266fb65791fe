import math

import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(dim=1)
    return torch.bincount(labels[nearest], minlength=classes) / len(points)


def evenness(shares):
    return (torch.special.entr(shares).sum() / math.log(len(shares))).item()
