# cause: one mean over all pixels
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean()
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
