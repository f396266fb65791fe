# cause: take the largest difference
import torch


def class_shares(points, codes, labels, classes):
    distance = (points[:, None] - codes).abs().amax(-1)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
