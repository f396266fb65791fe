import torch


def kl(z_mean, z_log_var):
    return -0.5 * torch.sum(1 + z_log_var - z_mean**2 - torch.exp(z_log_var), dim=-1)
