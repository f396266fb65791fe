import scipy.linalg
import torch


def principal_angles(A, B):
    angles = scipy.linalg.subspace_angles(A.numpy(), B.numpy())
    return torch.from_numpy(angles[::-1].copy())
