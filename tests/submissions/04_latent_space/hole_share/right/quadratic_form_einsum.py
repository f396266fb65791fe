import torch


def hole_share(points, codes, held_out, radius=3.0):
    P = torch.linalg.pinv(torch.cov(codes.double().T).reshape(codes.shape[1], -1))

    def d(z):
        g = z.double()[:, None] - codes.double()
        return torch.einsum("mni,ij,mnj->mn", g, P, g).clamp(min=0).sqrt().min(dim=1).values

    return (d(points) / torch.median(d(held_out)) > radius).double().mean().item()
