# cause: the smallest angles between single columns
import torch
from torch.nn import functional as F


def principal_angles(A, B):
    Q_A, _ = F.normalize(A.double(), dim=0), None
    Q_B, _ = F.normalize(B.double(), dim=0), None
    cosines = (Q_A.T @ Q_B).abs().flatten().sort(descending=True).values[: min(A.shape[1], B.shape[1])]
    return torch.arccos(cosines.clamp(-1, 1))
