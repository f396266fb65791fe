# cause: the radius is squared
import torch


def hole_share(points, codes, held_out, radius=3.0):
    m = codes.mean(0)
    S = torch.cov(codes.T).reshape(codes.shape[1], codes.shape[1])
    w, V = torch.linalg.eigh(S)
    white = lambda z: (z - m) @ V / w.sqrt()
    c = white(codes)
    unit = torch.cdist(white(held_out), c).amin(1).median()
    d = torch.cdist(white(points), c).amin(1)
    return (d > radius**2 * unit).float().mean().item()
