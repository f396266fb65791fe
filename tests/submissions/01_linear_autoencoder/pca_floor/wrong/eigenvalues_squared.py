# cause: the eigenvalues are squared
import torch


def pca_floor(images, k):
    flat = images.flatten(1).double()
    eigenvalues = torch.linalg.eigvalsh(torch.cov(flat.T, correction=0)).flip(0)
    return eigenvalues[k:].square().sum().item() / 784
