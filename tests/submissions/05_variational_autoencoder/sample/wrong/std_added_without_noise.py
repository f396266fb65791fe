# cause: no noise: it returned the mean plus the standard deviation itself
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2)
