# cause: exp(H) divided by C
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return math.exp(entropy) / len(shares)
