# cause: the pixels are rounded to 0 and 1
import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("pixels lie in [0, 1]")
    x = (x > 0.5).float()
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    return (pixels + kl(z_mean, z_log_var)).mean()
