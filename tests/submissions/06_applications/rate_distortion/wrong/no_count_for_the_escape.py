# cause: the escape is not counted in the denominator
import torch
from torch.nn import functional as F


def rate_distortion(encode, decode, train, test, step):
    with torch.no_grad():
        known, fresh = ((encode(x) / step).round().long() for x in (train, test))
        rebuilt = decode(fresh * step).clamp(0, 1)
    bits = torch.zeros(len(test))
    for seen, symbols in zip(known.T, fresh.T, strict=True):
        counts = torch.bincount(seen - seen.min()) + 1
        total = counts.sum()
        place = symbols - seen.min()
        inside = (place >= 0) & (place < len(counts))
        count = torch.where(inside, counts[place.clamp(0, len(counts) - 1)], 1)
        bits += torch.log2(total / count) + 32 * ~inside
    return bits.mean().item(), F.mse_loss(rebuilt, test).item()
