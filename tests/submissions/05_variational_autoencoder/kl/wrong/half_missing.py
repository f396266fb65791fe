# cause: the factor 1/2 is missing
import torch


def kl(z_mean, z_log_var):
    return (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)
