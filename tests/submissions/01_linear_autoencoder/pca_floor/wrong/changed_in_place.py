# cause: changed the images in place
import torch


def pca_floor(images, k):
    flat = images.flatten(1)
    flat -= flat.mean(0)
    centred = flat
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
