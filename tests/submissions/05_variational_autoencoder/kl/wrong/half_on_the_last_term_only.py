# cause: for the last term, - z_log_var, only


def kl(m, v):
    return (m**2 + v.exp() - 1 - v / 2).sum(1)
