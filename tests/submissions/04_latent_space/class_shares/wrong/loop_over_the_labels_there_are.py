# cause: as many shares as the labels have values
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.stack([(labels[nearest] == c).sum() for c in labels.unique()])
    return counts / len(points)
