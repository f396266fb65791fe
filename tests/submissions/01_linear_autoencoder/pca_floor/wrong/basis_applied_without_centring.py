# cause: applied to images without centring
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    _, _, right = torch.linalg.svd(flat - flat.mean(0), full_matrices=False)
    rebuilt = flat @ right[:k].T @ right[:k]
    return (flat - rebuilt).square().mean().item()
