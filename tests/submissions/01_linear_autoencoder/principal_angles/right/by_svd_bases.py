import torch


def principal_angles(A, B):
    U = torch.linalg.svd(A, full_matrices=False).U
    V = torch.linalg.svd(B, full_matrices=False).U
    s = torch.linalg.svd(U.T @ V).S
    return torch.acos(torch.clamp(s, max=1.0))
