# cause: the largest dot product
import torch


def class_shares(points, codes, labels, classes):
    distance = -points @ codes.T
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
