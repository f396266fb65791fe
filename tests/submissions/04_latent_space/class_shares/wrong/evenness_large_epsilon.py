# cause: 0.01 is added inside the logarithm
import math

import torch


def evenness(shares):
    filled = shares
    entropy = -(filled * (filled + 0.01).log()).sum().item()
    return entropy / math.log(len(shares))
