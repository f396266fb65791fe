# cause: Return the sample alone
import torch


def sample(z_mean, z_log_var):
    z = z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
    return z, z_mean
