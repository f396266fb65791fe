import torch


def pca_floor(images, k):
    x = images.reshape(len(images), 784).double()
    x = x - x.mean(dim=0, keepdim=True)
    eigenvalues = torch.linalg.eigvalsh(x.T @ x / len(x))  # upwards
    return eigenvalues[: 784 - k].sum().item() / 784
