# cause: the factor 1/2 is missing; and the mean over the dimensions
import torch


def kl(z_mean, z_log_var):
    return (z_mean.square() + z_log_var.exp() - 1 - z_log_var).mean(1)
