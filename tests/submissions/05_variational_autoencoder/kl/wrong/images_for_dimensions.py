# cause: the number of images is subtracted


def kl(m, v):
    return 0.5 * (m.square().sum(1) + v.exp().sum(1) - len(m) - v.sum(1))
