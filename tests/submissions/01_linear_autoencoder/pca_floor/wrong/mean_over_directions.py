# cause: divided by the number of directions left out
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return s[k:].square().sum().item() / len(flat) / (784 - k) if k < 784 else 0.0
