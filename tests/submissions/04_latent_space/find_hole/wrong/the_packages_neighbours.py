# cause: calls the package's own lessons_pkg.latent
import torch
from lessons_pkg import latent


def find_hole(codes):
    candidates = latent.box_uniform(codes, 3000)
    distance = latent.neighbour_distance(candidates, codes, codes + 1)
    return candidates[distance.argmax()]
