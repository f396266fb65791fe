# cause: Flatten each image to a row first
import torch


def pca_floor(images, k):
    flat = images.double()
    centred = flat - flat.mean(0)
    s = torch.linalg.eigvalsh(centred.T @ centred)
    return (s[k:].square().sum() / flat.numel()).item()
