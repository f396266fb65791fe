# cause: at most min(N, 784) singular values
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    s = torch.linalg.svdvals(flat - flat.mean(0))
    explained = sum(s[i] ** 2 for i in range(k))
    return float(((s**2).sum() - explained) / flat.numel())
