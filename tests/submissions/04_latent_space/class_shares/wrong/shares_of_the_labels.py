# cause: the shares of the labels among the codes
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels, minlength=classes)
    return counts / len(labels)
