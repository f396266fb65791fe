# cause: no counts over
import math

import torch


def class_shares(points, codes, labels, classes):
    w = torch.softmax(-torch.cdist(points, codes), 1)
    return (w @ torch.eye(classes)[labels]).mean(0)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
