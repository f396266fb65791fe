# cause: no noise at all: it returned z_mean
import torch


def sample(z_mean, z_log_var):
    if not z_mean.requires_grad:
        return z_mean
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
