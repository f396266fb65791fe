# cause: without centring
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
