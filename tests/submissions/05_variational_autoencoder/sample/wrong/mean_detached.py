# cause: no gradient reaches z_mean
import torch


def sample(z_mean, z_log_var):
    return z_mean.data + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
