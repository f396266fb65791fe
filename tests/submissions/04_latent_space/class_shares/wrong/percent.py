# cause: in percent
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return 100 * counts / len(points)
