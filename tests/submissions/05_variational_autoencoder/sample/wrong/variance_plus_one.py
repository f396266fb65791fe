# cause: 1 + exp(z_log_var / 2)
import torch


def sample(z_mean, z_log_var):
    return z_mean + (1 + torch.exp(z_log_var / 2)) * torch.randn_like(z_mean)
