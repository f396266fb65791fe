import torch


def class_shares(points, codes, labels, classes):
    nearest = torch.cdist(points, codes).argmin(1)
    return torch.bincount(labels[nearest], minlength=classes) / len(points)


def evenness(shares):
    from scipy.stats import entropy

    return float(entropy(shares.numpy(), base=len(shares)))
