# cause: shape (4,)
import torch
from torch.nn import functional as F


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = torch.linalg.svd(Q_A.T @ Q_B, full_matrices=True).S
    cosines = F.pad(cosines, (0, max(A.shape[1], B.shape[1]) - len(cosines)))
    return torch.arccos(cosines.clamp(-1, 1))
