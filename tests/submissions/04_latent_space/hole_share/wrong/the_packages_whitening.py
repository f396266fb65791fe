# cause: calls the package's own lessons_pkg.latent.sampling.whitening
import torch
from lessons_pkg import latent


def hole_share(points, codes, held_out, radius=3.0):
    w = latent.whitening(codes)
    points, codes, held_out = w.apply(points), w.apply(codes), w.apply(held_out)
    unit = torch.cdist(held_out, codes).amin(dim=1).median()
    return (torch.cdist(points, codes).amin(dim=1) > radius * unit).double().mean().item()
