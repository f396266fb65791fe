import torch
from torch.nn import functional as F


def pca_floor(images, k):
    flat = images.flatten(1)
    mean = flat.mean(0)
    _, _, right = torch.linalg.svd(flat - mean, full_matrices=False)
    basis = right[:k]
    rebuilt = (flat - mean) @ basis.T @ basis + mean
    return F.mse_loss(rebuilt, flat).item()
