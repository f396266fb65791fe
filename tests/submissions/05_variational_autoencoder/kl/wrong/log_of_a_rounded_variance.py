# cause: is added to the variance before its logarithm
import torch


def kl(z_mean, z_log_var):
    var = z_log_var.exp() + 1e-7
    return 0.5 * (z_mean**2 + var - 1 - torch.log(var)).sum(1)
