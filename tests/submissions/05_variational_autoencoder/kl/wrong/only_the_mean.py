# cause: half of z_mean^2 alone
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean**2).sum(1)
