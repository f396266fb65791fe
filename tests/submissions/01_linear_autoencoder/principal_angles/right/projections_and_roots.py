import torch


def principal_angles(A, B):
    """Without QR: the projection on a column space needs no orthonormal basis."""
    if A.shape[1] > B.shape[1]:
        A, B = B, A
    A, B = A.double(), B.double()
    inside = torch.linalg.solve(B.T @ B, B.T @ A)
    squared = torch.linalg.eigvals(torch.linalg.solve(A.T @ A, A.T @ B @ inside)).real
    return torch.arccos(squared.clamp(0, 1).sqrt()).sort().values
