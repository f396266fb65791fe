# cause: no dimension counts for less than 0.5 nats
import torch


def kl(z_mean, z_log_var):
    return (0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var)).clamp(min=0.5).sum(1)
