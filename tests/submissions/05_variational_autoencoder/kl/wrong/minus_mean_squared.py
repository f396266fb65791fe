# cause: - z_mean^2, where + belongs
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_log_var.exp() - z_mean**2 - 1 - z_log_var).sum(1)
