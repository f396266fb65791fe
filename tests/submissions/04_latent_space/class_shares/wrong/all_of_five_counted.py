# cause: all of the 5 nearest codes are counted
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    counts = torch.bincount(labels[distance.topk(5, largest=False).indices].flatten(), minlength=classes)
    return counts / (5 * len(points))
