# cause: the - 1 is missing
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean**2 + z_log_var.exp() - z_log_var).sum(1)
