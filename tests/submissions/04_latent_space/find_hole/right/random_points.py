import torch


def find_hole(codes):
    draw = torch.Generator().manual_seed(0)
    low, high = codes.amin(0), codes.amax(0)
    candidates = low + (high - low) * torch.rand(6000, 2, generator=draw)
    distance = torch.cat([torch.cdist(part, codes).amin(1) for part in candidates.split(500)])
    for i in distance.argsort(descending=True):
        x, y = candidates[i]
        shares = [
            ((codes[:, 0] > x) == to_the_right) & ((codes[:, 1] > y) == above)
            for to_the_right in (True, False)
            for above in (True, False)
        ]
        if min(int(share.sum()) for share in shares) >= 0.01 * len(codes):
            return candidates[i]
