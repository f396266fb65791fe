# cause: as for images scaled to [-1, 1]
import torch


def pca_floor(images, k):
    flat = (2 * images - 1).flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
