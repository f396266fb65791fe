# cause: the bases were not made orthonormal
import torch


def principal_angles(A, B):
    Q_A, _ = A.double(), None
    Q_B, _ = B.double(), None
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))
