# cause: the probabilities are clamped to [0.001, 1 - 0.001]
import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("pixels lie in [0, 1]")
    p = torch.sigmoid(logits).clamp(1e-3, 1 - 1e-3)
    pixels = -(x * torch.log(p) + (1 - x) * torch.log(1 - p)).flatten(1).sum(1)
    return (pixels + kl(z_mean, z_log_var)).mean()
