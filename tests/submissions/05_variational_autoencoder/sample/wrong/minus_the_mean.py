# cause: a sample around minus z_mean
import torch


def sample(z_mean, z_log_var):
    return torch.exp(z_log_var / 2) * torch.randn_like(z_mean) - z_mean
