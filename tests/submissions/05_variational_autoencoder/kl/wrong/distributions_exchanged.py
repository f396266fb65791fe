# cause: the two distributions are exchanged
import torch


def kl(z_mean, z_log_var):
    var = z_log_var.exp()
    return 0.5 * ((1 + z_mean**2) / var - 1 + z_log_var).sum(1)
