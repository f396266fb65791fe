# cause: 10 shares for 4 classes
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=10)
    return counts / len(points)
