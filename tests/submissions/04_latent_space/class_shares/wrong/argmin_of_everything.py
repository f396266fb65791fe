# cause: some points are given to another class
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin().expand(len(points)) % len(codes)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
