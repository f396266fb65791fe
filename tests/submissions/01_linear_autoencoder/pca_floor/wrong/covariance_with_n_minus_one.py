# cause: divided by N - 1 instead of N
import numpy as np


def pca_floor(images, k):
    eigenvalues = np.linalg.eigvalsh(np.cov(images.flatten(1).double().numpy().T))[::-1]
    return float(eigenvalues[k:].sum() / 784)
