# cause: the eigenvalues of the product were taken
import torch


def principal_angles(A, B):
    Q_A, _ = torch.linalg.qr(A.double())
    Q_B, _ = torch.linalg.qr(B.double())
    cosines = torch.linalg.eigvals(Q_A.T @ Q_B).real
    return torch.arccos(cosines.clamp(-1, 1))
