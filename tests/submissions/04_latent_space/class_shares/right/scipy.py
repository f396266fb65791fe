import numpy as np
import torch
from scipy.spatial import KDTree
from scipy.stats import entropy


def class_shares(points, codes, labels, classes):
    _, index = KDTree(codes.numpy()).query(points.numpy())
    found = labels.numpy()[index]
    return torch.tensor([np.mean(found == c) for c in range(classes)])


def evenness(shares):
    return entropy(shares.double().numpy(), base=len(shares))
