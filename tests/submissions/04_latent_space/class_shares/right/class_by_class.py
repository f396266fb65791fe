import math

import torch


def class_shares(points, codes, labels, classes):
    d = torch.full((len(points), classes), torch.inf)
    for c in range(classes):
        if (labels == c).any():
            d[:, c] = torch.cdist(points, codes[labels == c]).amin(1)
    return torch.nn.functional.one_hot(d.argmin(1), classes).float().mean(0)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
