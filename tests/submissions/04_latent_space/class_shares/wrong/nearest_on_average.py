# cause: nearest on average
import torch


def class_shares(points, codes, labels, classes):
    present = labels.unique()
    table = torch.cdist(points, codes)
    distance = torch.stack([table[:, labels == c].mean(1) for c in present], dim=1)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(present[nearest], minlength=classes)
    return counts / len(points)
