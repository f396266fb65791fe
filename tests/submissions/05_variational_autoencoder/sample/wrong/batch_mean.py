# cause: z_mean is not added
import torch


def sample(z_mean, z_log_var):
    return z_mean.mean(0) + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
