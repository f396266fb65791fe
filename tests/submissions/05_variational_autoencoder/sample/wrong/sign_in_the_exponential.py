# cause: the sign is wrong
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(-z_log_var / 2) * torch.randn_like(z_mean)
