# cause: the factor 1/2 is missing before z_mean^2
import torch


def kl(z_mean, z_log_var):
    return (z_mean**2 + 0.5 * (z_log_var.exp() - 1 - z_log_var)).sum(1)
