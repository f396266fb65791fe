# cause: the share of the variance that is lost
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / s.square().sum()).item()
