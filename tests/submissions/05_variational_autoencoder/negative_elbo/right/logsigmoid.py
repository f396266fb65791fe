import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("pixels lie in [0, 1]")
    log_p = x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
    divergence = -0.5 * torch.sum(1 + z_log_var - z_mean.pow(2) - z_log_var.exp())
    return (divergence - log_p.sum()) / x.shape[0]
