# cause: the unit is taken before the whitening
import torch


def hole_share(points, codes, held_out, radius=3.0):
    fresh = torch.cdist(held_out, codes).amin(dim=1)
    mean = codes.mean(0)
    centred = codes - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(codes))
    whiten = vectors / values.sqrt()
    points = (points - mean) @ whiten
    codes = (codes - mean) @ whiten
    unit = fresh.median()
    distance = torch.cdist(points, codes).amin(dim=1)
    return (distance > radius * unit).double().mean().item()
