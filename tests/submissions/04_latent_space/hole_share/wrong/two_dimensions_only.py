# cause: only the first two dimensions are used
import torch


def hole_share(points, codes, held_out, radius=3.0):
    m = codes.mean(0)
    S = torch.cov(codes[:, :2].T)
    w, V = torch.linalg.eigh(S)
    white = lambda z: (z - m)[:, :2] @ V / w.sqrt()
    c = white(codes)
    unit = torch.cdist(white(held_out), c).amin(1).median()
    d = torch.cdist(white(points), c).amin(1)
    return (d > radius * unit).float().mean().item()
