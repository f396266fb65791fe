# cause: z_mean and z_log_var are exchanged
import torch


def kl(z_mean, z_log_var):
    z_mean, z_log_var = z_log_var, z_mean
    return 0.5 * (z_mean**2 + z_log_var.exp() - 1 - z_log_var).sum(1)
