# cause: the natural one above and log2 below
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return entropy / math.log2(len(shares))
