# cause: the smallest share over the largest
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log()).sum().item()
    return (shares.min() / shares.max()).item()
