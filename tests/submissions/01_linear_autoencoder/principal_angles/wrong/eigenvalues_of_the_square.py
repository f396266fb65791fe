# cause: the arccos of squared cosines
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = torch.linalg.eigvalsh(Q_A.T @ Q_B @ Q_B.T @ Q_A).flip(0)
    return torch.arccos(cosines.clamp(-1, 1))
