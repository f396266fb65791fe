# cause: calls the package's own lessons_pkg.latent
import torch
from lessons_pkg.latent.area import nearest_codes


def class_shares(points, codes, labels, classes):
    _, nearest = nearest_codes(points.double(), codes.double())
    return torch.bincount(labels[nearest], minlength=classes) / len(points)
