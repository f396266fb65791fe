# cause: in the most similar direction
import torch


def class_shares(points, codes, labels, classes):
    distance = -torch.nn.functional.cosine_similarity(points[:, None], codes, dim=-1)
    nearest = distance.argmin(dim=1)
    counts = torch.bincount(labels[nearest], minlength=classes)
    return counts / len(points)
