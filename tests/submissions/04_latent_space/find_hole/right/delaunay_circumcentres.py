import numpy as np
import torch
from scipy.spatial import Delaunay


def find_hole(codes):
    c = codes.double().numpy()
    t = c[Delaunay(c).simplices]
    A = 2 * (t[:, 1:] - t[:, :1])
    b = (t[:, 1:] ** 2).sum(2) - (t[:, :1] ** 2).sum(2)
    det = np.linalg.det(A)
    p = np.linalg.solve(A[np.abs(det) > 1e-9], b[np.abs(det) > 1e-9][..., None])[..., 0]
    g = torch.from_numpy(p)
    z = codes.double()
    r, a = z[:, 0] > g[:, :1], z[:, 1] > g[:, 1:]
    keep = torch.stack([(x & y).float().mean(1) >= 0.012 for x in (r, ~r) for y in (a, ~a)]).all(0)
    g = g[keep]
    return g[torch.cdist(g, z).amin(1).argmax()]
