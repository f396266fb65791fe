# cause: half of z_log_var taken for the standard deviation
import torch


def sample(z_mean, z_log_var):
    return z_mean + 0.5 * z_log_var * torch.randn_like(z_mean)
