# cause: the entropy in bits
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log2()).sum().item()
    return entropy
