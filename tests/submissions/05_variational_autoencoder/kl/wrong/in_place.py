# cause: kl changed its arguments in place
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() - 1 - z_log_var + z_log_var.exp_()).sum(1)
