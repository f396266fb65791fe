import numpy as np
import torch


def principal_angles(A, B):
    a, _ = np.linalg.qr(A.numpy().astype("float64"))
    b, _ = np.linalg.qr(B.numpy().astype("float64"))
    cosines = np.minimum(1, np.linalg.svd(b.T @ a)[1])
    return torch.tensor(sorted(np.arccos(cosines).tolist()))
