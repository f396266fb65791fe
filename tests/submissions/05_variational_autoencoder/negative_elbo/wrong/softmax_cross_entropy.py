# cause: a softmax over the pixels
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("outside")
    return F.cross_entropy(logits.flatten(1), x.flatten(1)) + kl(m, v).mean()
