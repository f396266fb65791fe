# cause: rounded
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return round(entropy / math.log(len(shares)), 2)
