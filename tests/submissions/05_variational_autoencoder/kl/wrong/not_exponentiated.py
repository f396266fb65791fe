# cause: z_log_var is not exponentiated
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean**2 + z_log_var - 1 - z_log_var).sum(1)
