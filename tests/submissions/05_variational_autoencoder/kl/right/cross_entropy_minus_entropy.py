import math


def kl(m, v):
    c = math.log(2 * math.pi)
    cross = 0.5 * (m**2 + v.exp() + c).sum(1)
    entropy = 0.5 * (1 + v + c).sum(1)
    return cross - entropy
