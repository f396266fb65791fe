# cause: the second nearest code
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argsort(dim=1)[:, 1]
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
