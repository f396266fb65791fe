# cause: both terms divided by the number of pixels
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("outside")
    n = x[0].numel()
    return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1) + kl(m, v)).mean() / n
