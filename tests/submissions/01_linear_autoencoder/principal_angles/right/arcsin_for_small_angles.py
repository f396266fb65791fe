import torch


def principal_angles(A, B):
    if A.shape[1] < B.shape[1]:
        A, B = B, A
    a, b = torch.linalg.qr(A.double()).Q, torch.linalg.qr(B.double()).Q
    cosines = torch.linalg.svdvals(a.T @ b).clamp(max=1)
    sines = torch.linalg.svdvals(b - a @ (a.T @ b)).flip(0).clamp(max=1)
    return torch.where(cosines > 0.7, torch.arcsin(sines), torch.arccos(cosines))
