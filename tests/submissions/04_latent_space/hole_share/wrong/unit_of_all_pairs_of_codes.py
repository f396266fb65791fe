# cause: the median of all distances between codes
import torch


def hole_share(points, codes, held_out, radius=3.0):
    mean = codes.mean(0)
    centred = codes - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(codes))
    whiten = vectors / values.sqrt()
    points = (points - mean) @ whiten
    codes = (codes - mean) @ whiten
    held_out = (held_out - mean) @ whiten
    fresh = torch.pdist(codes)
    unit = fresh.median()
    distance = torch.cdist(points, codes).amin(dim=1)
    return (distance > radius * unit).double().mean().item()
