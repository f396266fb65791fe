# cause: Not an angle for each pair of columns
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = Q_A.T @ Q_B
    return torch.arccos(cosines.clamp(-1, 1))
