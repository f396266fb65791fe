# cause: each image's own mean
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(1, keepdim=True)
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
