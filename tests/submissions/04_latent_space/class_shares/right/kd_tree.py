import math

import torch


def class_shares(points, codes, labels, classes):
    from scipy.spatial import cKDTree

    nearest = torch.from_numpy(cKDTree(codes.numpy()).query(points.numpy())[1])
    return torch.bincount(labels[nearest], minlength=classes) / len(points)


def evenness(shares):
    p = shares[shares > 0]
    return (-(p * p.log()).sum() / math.log(len(shares))).item()
