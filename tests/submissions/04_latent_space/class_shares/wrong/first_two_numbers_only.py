# cause: only the first two numbers
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points[:, :2], codes[:, :2])
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
