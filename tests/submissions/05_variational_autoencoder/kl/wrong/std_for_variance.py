# cause: the standard deviation exp(z_log_var / 2) where the variance belongs
import torch


def kl(z_mean, z_log_var):
    std = torch.exp(z_log_var / 2)
    return 0.5 * (z_mean**2 + std - 1 - z_log_var).sum(1)
