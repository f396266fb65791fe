# cause: 1 minus the sum of squares (Gini)
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return 1 - shares.square().sum().item()
