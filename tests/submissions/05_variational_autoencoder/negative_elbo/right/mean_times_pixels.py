import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if ((x < 0) | (x > 1)).any():
        raise ValueError("no Bernoulli pixels")
    pixels = F.binary_cross_entropy_with_logits(logits, x) * x[0].numel()
    return pixels + kl(z_mean, z_log_var).sum() / len(z_mean)
