# cause: the absolute error
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    mean = flat.mean(0)
    left, s, right = torch.linalg.svd(flat - mean, full_matrices=False)
    return (flat - left[:, :k] * s[:k] @ right[:k] - mean).abs().mean().item()
