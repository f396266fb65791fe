# cause: the factor 1/2 is there for z_mean^2 only
import torch


def kl(z_mean, z_log_var):
    return (0.5 * z_mean**2 + z_log_var.exp() - 1 - z_log_var).sum(1)
