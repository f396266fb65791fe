# cause: column i of A was only compared with column i of B
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = (Q_A * Q_B).sum(0)
    return torch.arccos(cosines.clamp(-1, 1))
