# cause: the entropy of q is missing
import math


def kl(m, v):
    return (0.5 * (m**2 + v.exp()) + 0.5 * math.log(2 * math.pi)).sum(1)
