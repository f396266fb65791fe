# cause: is the sum missing
import math

import torch


def evenness(shares):
    filled = shares[shares > 0]
    entropy = -(filled * filled.log())
    return entropy / math.log(len(shares))
