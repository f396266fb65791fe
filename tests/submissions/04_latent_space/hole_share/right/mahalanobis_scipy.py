import numpy as np
from scipy.spatial.distance import cdist


def hole_share(points, codes, held_out, radius=3.0):
    p, c, h = (z.numpy().astype(float) for z in (points, codes, held_out))
    inverse = np.linalg.inv(np.atleast_2d(np.cov(c, rowvar=False)))
    unit = np.median(cdist(h, c, "mahalanobis", VI=inverse).min(axis=1))
    return np.mean(cdist(p, c, "mahalanobis", VI=inverse).min(axis=1) > radius * unit)
