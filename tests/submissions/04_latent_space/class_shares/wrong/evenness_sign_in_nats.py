# cause: the sign is missing, and the division
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = (filled * filled.log()).sum().item()
    return entropy
