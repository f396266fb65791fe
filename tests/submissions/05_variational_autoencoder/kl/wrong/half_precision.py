# cause: float16


def kl(m, v):
    return 0.5 * (m**2 + v.exp() - 1 - v).sum(1).half()
