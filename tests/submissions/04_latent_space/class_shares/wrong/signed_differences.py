# cause: summed without a square
import torch


def class_shares(points, codes, labels, classes):
    distance = (points[:, None] - codes).sum(-1)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
