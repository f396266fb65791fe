# cause: z_log_var itself taken for the standard deviation
import torch


def sample(z_mean, z_log_var):
    return z_mean + z_log_var * torch.randn_like(z_mean)
