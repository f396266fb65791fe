# cause: divided by their norm
import torch


def principal_angles(A, B):
    Q_A, _ = A.double() / A.double().norm(), None
    Q_B, _ = B.double() / B.double().norm(), None
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))
