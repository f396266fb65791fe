import torch


def pca_floor(images, k):
    x = images.flatten(1)
    x = x - x.mean(0)
    total = (x**2).mean()
    kept = (torch.linalg.svdvals(x)[:k] ** 2).sum() / x.numel()
    return (total - kept).item()
