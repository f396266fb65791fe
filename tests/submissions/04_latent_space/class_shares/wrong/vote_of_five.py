# cause: a vote among the 5 nearest
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    counts = torch.bincount(labels[distance.topk(5, largest=False).indices].mode(dim=1).values, minlength=classes)
    return counts / len(points)
