# cause: only scaled to length one
import torch
from torch.nn import functional as F


def principal_angles(A, B):
    Q_A, _ = F.normalize(A.double(), dim=0), None
    Q_B, _ = F.normalize(B.double(), dim=0), None
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))
