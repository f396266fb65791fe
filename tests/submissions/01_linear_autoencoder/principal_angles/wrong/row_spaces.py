# cause: or the row spaces
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.T.double())
    Q_B, _ = torch.linalg.qr(B.T.double())
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))
