import torch


def hole_share(points, codes, held_out, radius=3.0):
    centre, covariance = codes.double().mean(0), torch.cov(codes.double().T, correction=0)
    values, vectors = torch.linalg.eigh(covariance)
    root = vectors @ torch.diag(values**-0.5) @ vectors.T

    def nearest(z):
        white = (codes.double() - centre) @ root
        parts = [
            (part[:, None] - white).norm(dim=-1).amin(1) for part in ((z.double() - centre) @ root).split(50)
        ]
        return torch.cat(parts)

    unit = nearest(held_out).quantile(0.5)
    far = nearest(points) / unit > radius
    return far.sum().item() / len(points)
