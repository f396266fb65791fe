import numpy as np
import torch
from scipy.spatial import cKDTree


def find_hole(codes):
    c = codes.numpy().astype(float)
    rng = np.random.default_rng(0)
    tree = cKDTree(c)

    def ok(p):
        r, a = c[:, 0] > p[0], c[:, 1] > p[1]
        l, b = c[:, 0] < p[0], c[:, 1] < p[1]
        return min((r & a).mean(), (r & b).mean(), (l & a).mean(), (l & b).mean()) >= 0.01

    P = rng.uniform(c.min(0), c.max(0), (20000, 2))
    d = tree.query(P)[0]
    for i in np.argsort(-d):
        if ok(P[i]):
            return torch.tensor(P[i])
