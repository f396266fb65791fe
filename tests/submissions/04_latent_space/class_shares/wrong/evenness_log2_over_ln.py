# cause: log2 above and the natural one below
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log2()).sum().item()
    return entropy / math.log(len(shares))
