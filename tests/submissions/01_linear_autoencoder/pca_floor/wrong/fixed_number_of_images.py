# cause: divided by a fixed number of images, 60,000
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / (60_000 * 784)).item()
