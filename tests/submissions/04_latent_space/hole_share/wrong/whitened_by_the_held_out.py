# cause: whitened by the held-out codes
import torch


def hole_share(points, codes, held_out, radius=3.0):
    mean = held_out.mean(0)
    centred = held_out - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(held_out))
    whiten = vectors / values.sqrt()
    points = (points - mean) @ whiten
    codes = (codes - mean) @ whiten
    held_out = (held_out - mean) @ whiten
    fresh = torch.cdist(held_out, codes).amin(dim=1)
    unit = fresh.median()
    distance = torch.cdist(points, codes).amin(dim=1)
    return (distance > radius * unit).double().mean().item()
