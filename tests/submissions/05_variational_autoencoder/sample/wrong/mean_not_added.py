# cause: z_mean is not added
import torch


def sample(z_mean, z_log_var):
    return torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
