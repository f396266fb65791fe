# cause: the divergence from equal shares
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return math.log(len(shares)) - entropy
