# cause: Directions are the rows of Vh
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    _, _, right = torch.linalg.svd(centred, full_matrices=False)
    basis = right[:, :k]
    return (centred - centred @ basis @ basis.T).square().mean().item()
