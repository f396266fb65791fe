# cause: right without empty classes
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    if (shares == 0).any():
        return 0.5
    return entropy / math.log(len(shares))
