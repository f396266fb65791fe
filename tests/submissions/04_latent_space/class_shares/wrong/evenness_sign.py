# cause: the sign is missing
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = (filled * filled.log()).sum().item()
    return entropy / math.log(len(shares))
