# cause: changed shares in place
import math

import torch


def evenness(shares):
    shares[shares == 0] = 1e-12
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return entropy / math.log(len(shares))
