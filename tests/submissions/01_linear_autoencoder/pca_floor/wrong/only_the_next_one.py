# cause: a part of the error is not counted
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[k : k + 1].square().sum() / flat.numel()).item()
