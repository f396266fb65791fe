# cause: summed before the absolute value
import torch


def class_shares(points, codes, labels, classes):
    distance = (points[:, None] - codes).sum(-1) ** 2
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
