# cause: the squared error between logits and pixels
import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("pixels lie in [0, 1]")
    pixels = F.mse_loss(logits, x, reduction="sum") / len(x)
    return pixels + kl(z_mean, z_log_var).mean()
