# cause: math.log takes a number
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return entropy / torch.log(len(shares))
