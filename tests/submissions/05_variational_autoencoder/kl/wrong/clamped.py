# cause: z_log_var is clamped to [-10, 10]
import torch


def kl(z_mean, z_log_var):
    v = z_log_var.clamp(-10, 10)
    return 0.5 * (z_mean**2 + v.exp() - 1 - v).sum(1)
