# cause: the logits are clamped to [-20, 20]
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("outside")
    logits = logits.clamp(-20, 20)
    return (F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1) + kl(m, v)).mean()
