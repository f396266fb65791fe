# cause: divided by the logarithm of the classes that have a share
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return entropy / math.log(len(filled)) if len(filled) > 1 else 0.0
