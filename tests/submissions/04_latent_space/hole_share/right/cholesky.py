import numpy as np
import torch


def hole_share(points, codes, held_out, radius=3.0):
    lower = torch.linalg.cholesky(torch.cov(codes.T))
    white = [torch.linalg.solve_triangular(lower, z.T, upper=False).T for z in (points, codes, held_out)]
    nearest = [torch.cdist(z, white[1]).min(dim=1).values.numpy() for z in (white[0], white[2])]
    return float(np.mean(nearest[0] / np.median(nearest[1]) > radius))
