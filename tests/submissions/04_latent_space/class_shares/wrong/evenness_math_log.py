# cause: The logarithm of 0
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -sum(p * math.log(p) for p in shares.tolist())
    return entropy / math.log(len(shares))
