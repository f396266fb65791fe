# cause: 8 numbers, the first
from torch.nn import functional as F


def kl(m, v):
    return F.kl_div(m, v, reduction="none").sum(1)
