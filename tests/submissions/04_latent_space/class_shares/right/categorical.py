import numpy as np
import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return torch.bincount(labels[nearest], minlength=classes) / len(points)


def evenness(shares):
    return float(torch.distributions.Categorical(probs=shares).entropy() / np.log(shares.numel()))
