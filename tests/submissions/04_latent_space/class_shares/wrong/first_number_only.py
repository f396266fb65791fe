# cause: only the first number
import torch


def class_shares(points, codes, labels, classes):
    distance = (points[:, None, 0] - codes[:, 0]).abs()
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
