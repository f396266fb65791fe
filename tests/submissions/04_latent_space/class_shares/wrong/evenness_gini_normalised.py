# cause: (Gini), over its largest value
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return (1 - shares.square().sum().item()) / (1 - 1 / len(shares))
