# cause: minus the divergence: the sign is wrong
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (1 + z_log_var - z_mean**2 - z_log_var.exp()).sum(1)
