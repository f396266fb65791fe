# cause: a mean over the classes
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item() / len(shares)
    return entropy / math.log(len(shares))
