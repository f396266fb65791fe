# cause: the logarithm of the standard deviation where that of the variance belongs
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean**2 + z_log_var.exp() - 1 - z_log_var / 2).sum(1)
