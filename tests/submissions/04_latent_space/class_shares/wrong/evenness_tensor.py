# cause: .item()
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum()
    return entropy / math.log(len(shares))
