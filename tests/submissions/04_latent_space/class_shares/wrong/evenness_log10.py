# cause: to base 10
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log10()).sum().item()
    return entropy
