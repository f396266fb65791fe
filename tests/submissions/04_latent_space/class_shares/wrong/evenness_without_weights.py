# cause: the logarithm without the share
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled.log()).sum().item()
    return entropy / math.log(len(shares))
