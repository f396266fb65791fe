import numpy as np
import torch
from scipy.spatial import Voronoi, cKDTree


def find_hole(codes):
    z = codes.numpy().astype(float)
    vertices = Voronoi(z).vertices  # the places that are as far from three codes at once
    distance, _ = cKDTree(z).query(vertices)
    for i in np.argsort(distance)[::-1]:
        x, y = vertices[i]
        right, above = z[:, 0] > x, z[:, 1] > y
        counts = [np.sum(a & b) for a in (right, ~right) for b in (above, ~above)]
        if min(counts) >= 0.0105 * len(z):
            return torch.from_numpy(vertices[i])
