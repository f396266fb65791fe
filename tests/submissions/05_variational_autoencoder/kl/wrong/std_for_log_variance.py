# cause: z_log_var taken for the standard deviation
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean**2 + z_log_var**2 - 1 - torch.log(z_log_var**2)).sum(1)
