# cause: z_log_var taken for the variance
import torch


def sample(z_mean, z_log_var):
    return z_mean + z_log_var.abs().sqrt() * torch.randn_like(z_mean)
