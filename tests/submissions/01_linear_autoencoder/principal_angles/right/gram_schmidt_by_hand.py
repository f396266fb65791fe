import torch


def orthonormal(M):
    columns = []
    for column in M.double().T:
        for _ in range(2):
            for other in columns:
                column = column - (other @ column) * other
        columns.append(column / column.norm())
    return torch.stack(columns, dim=1)


def principal_angles(A, B):
    cosines = torch.linalg.matrix_norm(torch.zeros(1, 1), ord=2) + torch.linalg.svdvals(
        orthonormal(A).T @ orthonormal(B)
    )
    return torch.arccos(cosines.clamp(0, 1))
