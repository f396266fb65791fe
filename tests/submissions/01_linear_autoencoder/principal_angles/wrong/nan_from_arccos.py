# cause: arccos of a cosine just above 1
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A)
    Q_B, _ = torch.linalg.qr(B)
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return torch.arccos(cosines)
