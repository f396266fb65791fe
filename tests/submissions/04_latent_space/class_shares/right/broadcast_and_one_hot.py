import numpy as np
import torch
from torch.nn import functional as F


def class_shares(points, codes, labels, classes):
    difference = points.unsqueeze(1) - codes.unsqueeze(0)
    nearest = (difference**2).sum(-1).min(dim=1).indices
    return F.one_hot(labels[nearest], classes).double().mean(0)


def evenness(shares):
    return float(torch.distributions.Categorical(probs=shares.double()).entropy() / np.log(len(shares)))
