# cause: is k ignored
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[16:].square().sum() / flat.numel()).item()
