# cause: as for images scaled to 0 to 255
import torch


def pca_floor(images, k):
    flat = (images * 255).flatten(1).double()
    centred = flat - flat.mean(0)
    s = torch.linalg.svdvals(centred)
    return (s[k:].square().sum() / flat.numel()).item()
