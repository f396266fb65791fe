from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    x, logits, m, v = (t.double() for t in (x, logits, m, v))
    if (x != x.clamp(0, 1)).any():
        raise ValueError("no")
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(0).sum() + kl(m, v).mean()
