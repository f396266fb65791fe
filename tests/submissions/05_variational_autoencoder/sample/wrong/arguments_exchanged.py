# cause: the two are exchanged
import torch


def sample(z_mean, z_log_var):
    return z_log_var + torch.exp(z_mean / 2) * torch.randn_like(z_mean)
