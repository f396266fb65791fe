# cause: divided by C, not by log C
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return entropy / len(shares)
