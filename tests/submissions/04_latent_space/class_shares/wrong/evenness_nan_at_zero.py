# cause: the logarithm of 0 is minus infinity
import math

import torch


def evenness(shares):
    filled = shares
    entropy = -(filled * filled.log()).sum().item()
    return entropy / math.log(len(shares))
