# cause: divided by how many codes a class has
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    rates = counts / torch.bincount(labels, minlength=classes).clamp(min=1)
    return rates / rates.sum()
