import numpy as np


def pca_floor(images, k):
    x = images.numpy().reshape(len(images), -1).astype(np.float64)
    s = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    return np.sum(s[k:] ** 2) / x.size
