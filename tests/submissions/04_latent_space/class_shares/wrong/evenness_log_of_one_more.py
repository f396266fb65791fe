# cause: log(p + 1)
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * (filled + 1).log()).sum().item()
    return entropy / math.log(len(shares))
