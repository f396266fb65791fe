# cause: Place c of the tensor
import torch


def class_shares(points, codes, labels, classes):
    distance = torch.cdist(points, codes)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return {c: float(counts[c]) / len(points) for c in range(classes)}
