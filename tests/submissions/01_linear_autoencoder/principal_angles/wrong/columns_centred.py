# cause: the columns were centred first
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double() - A.double().mean(0))
    Q_B, _ = torch.linalg.qr(B.double() - B.double().mean(0))
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))
