import numpy as np
from scipy import linalg
from scipy.spatial import cKDTree


def hole_share(points, codes, held_out, radius=3.0):
    p, c, h = (np.asarray(z, dtype=float) for z in (points, codes, held_out))
    W = linalg.inv(linalg.sqrtm(np.atleast_2d(np.cov(c.T))))
    tree = cKDTree((c - c.mean(0)) @ W)
    u = np.median(tree.query((h - c.mean(0)) @ W)[0])
    return float(np.mean(tree.query((p - c.mean(0)) @ W)[0] > radius * u))
