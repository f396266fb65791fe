import torch


def hole_share(points, codes, held_out, radius=3.0):
    _, s, vh = torch.linalg.svd(codes - codes.mean(0), full_matrices=False)
    scale = vh.T / s
    points, codes, held_out = points @ scale, codes @ scale, held_out @ scale
    far = torch.cdist(points, codes, compute_mode="donot_use_mm_for_euclid_dist").amin(1)
    fresh = torch.cdist(held_out, codes, compute_mode="donot_use_mm_for_euclid_dist").amin(1)
    return (far > radius * fresh.median()).float().mean().item()
