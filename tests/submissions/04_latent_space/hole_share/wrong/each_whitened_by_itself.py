# cause: each whitened by themselves
import torch


def hole_share(points, codes, held_out, radius=3.0):
    mean = codes.mean(0)
    centred = codes - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(codes))
    whiten = vectors / values.sqrt()

    def own(z):
        z = z - z.mean(0)
        values, vectors = torch.linalg.eigh(z.T @ z / len(z))
        return z @ vectors / values.sqrt()

    points, codes, held_out = own(points), own(codes), own(held_out)
    fresh = torch.cdist(held_out, codes).amin(dim=1)
    unit = fresh.median()
    distance = torch.cdist(points, codes).amin(dim=1)
    return (distance > radius * unit).double().mean().item()
