# cause: or the median one, not that to the nearest
import torch


def find_hole(codes):
    low, high = codes.amin(0).tolist(), codes.amax(0).tolist()
    g = torch.cartesian_prod(torch.linspace(low[0], high[0], 80), torch.linspace(low[1], high[1], 80))
    r, a = codes[:, 0] > g[:, :1], codes[:, 1] > g[:, 1:]
    sides = torch.stack([(x & y).float().mean(1) for x in (r, ~r) for y in (a, ~a)])
    keep = (sides >= 0.01).all(0)
    g = g[keep]
    d = torch.cdist(g, codes).median(1).values
    return g[d.argmax()]
