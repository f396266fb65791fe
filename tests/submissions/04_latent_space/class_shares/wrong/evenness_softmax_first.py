# cause: a softmax is put on the shares
import math

import torch


def evenness(shares):
    shares = torch.softmax(shares, dim=0)
    filled = shares
    entropy = -(filled * filled.log()).sum().item()
    return entropy / math.log(len(shares))
