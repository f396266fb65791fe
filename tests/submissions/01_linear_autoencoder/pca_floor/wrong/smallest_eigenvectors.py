# cause: the directions of smallest variance were kept
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    mean = flat.mean(0)
    centred = flat - mean
    _, vectors = torch.linalg.eigh(centred.T @ centred / len(flat))
    basis = vectors[:, :k]
    rebuilt = centred @ basis @ basis.T + mean
    return (rebuilt - flat).square().mean().item()
