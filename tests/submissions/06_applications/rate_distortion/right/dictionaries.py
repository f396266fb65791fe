import math
from collections import Counter

import torch


def rate_distortion(encode, decode, train, test, step):
    with torch.no_grad():
        known = torch.round(encode(train) / step).int().tolist()
        fresh = torch.round(encode(test) / step).int().tolist()
        rebuilt = decode(torch.tensor(fresh) * step)
    bits = 0.0
    for j in range(len(known[0])):
        column = [row[j] for row in known]
        low, high, counts = min(column), max(column), Counter(column)
        whole = len(column) + (high - low + 1) + 1
        for row in fresh:
            if low <= row[j] <= high:
                bits -= math.log2((counts[row[j]] + 1) / whole)
            else:
                bits += math.log2(whole) + 32
    gap = rebuilt.clip(0, 1) - test
    return bits / len(fresh), float((gap**2).mean())
