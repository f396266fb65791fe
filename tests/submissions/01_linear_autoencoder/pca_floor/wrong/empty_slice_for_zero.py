# cause: the slice [:-k] is empty for k=0
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    eigenvalues = torch.linalg.eigvalsh((flat - flat.mean(0)).T @ (flat - flat.mean(0)) / len(flat))
    return eigenvalues[:-k].sum().item() / 784
