# cause: changed points in place
import torch


def class_shares(points, codes, labels, classes):
    points -= codes.mean(0)
    distance = torch.cdist(points, codes - codes.mean(0))
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
