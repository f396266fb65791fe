import torch


def hole_share(points, codes, held_out, radius=3.0):
    m = codes.mean(0)
    U, s, Vt = torch.linalg.svd(codes - m, full_matrices=False)
    W = Vt.T @ torch.diag(1 / s)
    c = (codes - m) @ W
    near = lambda z: min(((z - m) @ W - c).norm(dim=1)).item()
    u = sorted(near(z) for z in held_out)[len(held_out) // 2]
    return sum(near(z) > radius * u for z in points) / len(points)
