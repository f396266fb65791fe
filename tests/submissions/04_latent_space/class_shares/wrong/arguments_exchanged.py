# cause: labels has one entry for each code
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(codes, points)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
