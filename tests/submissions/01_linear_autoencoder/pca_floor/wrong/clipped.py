# cause: clipped to [0, 1]
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    mean = flat.mean(0)
    left, s, right = torch.linalg.svd(flat - mean, full_matrices=False)
    rebuilt = (left[:, :k] * s[:k] @ right[:k] + mean).clamp(0, 1)
    return (flat - rebuilt).square().mean().item()
