# cause: the variance exp(z_log_var) in place of its root
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var) * torch.randn_like(z_mean)
