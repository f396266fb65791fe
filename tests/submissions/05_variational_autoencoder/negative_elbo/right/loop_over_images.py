from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.amin() < 0 or x.amax() > 1:
        raise ValueError("no")
    total = 0
    for i in range(len(x)):
        total = (
            total
            + F.binary_cross_entropy_with_logits(logits[i], x[i], reduction="sum")
            + kl(m[i : i + 1], v[i : i + 1])[0]
        )
    return total / len(x)
