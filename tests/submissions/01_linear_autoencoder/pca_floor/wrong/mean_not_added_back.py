# cause: the mean image was not added back
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    _, _, right = torch.linalg.svd(centred, full_matrices=False)
    rebuilt = centred @ right[:k].T @ right[:k]
    return (flat - rebuilt).square().mean().item()
