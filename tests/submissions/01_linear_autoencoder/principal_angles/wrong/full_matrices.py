# cause: whole spaces were compared
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double(), mode="complete")
    Q_B, _ = torch.linalg.qr(B.double(), mode="complete")
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines.clamp(-1, 1))[: min(A.shape[1], B.shape[1])]
