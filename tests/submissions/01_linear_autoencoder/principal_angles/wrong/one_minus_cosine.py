# cause: one minus the cosine
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = torch.linalg.svdvals(Q_A.T @ Q_B)
    return 1 - cosines
