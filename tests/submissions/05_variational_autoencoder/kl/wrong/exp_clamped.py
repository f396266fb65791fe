# cause: number 1 of them


def kl(m, v):
    return 0.5 * (m**2 + v.exp().clamp(max=100) - 1 - v).sum(1)
