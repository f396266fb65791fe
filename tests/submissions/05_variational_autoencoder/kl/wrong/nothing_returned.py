# cause: it returned None
import torch


def kl(z_mean, z_log_var):
    divergence = 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)
