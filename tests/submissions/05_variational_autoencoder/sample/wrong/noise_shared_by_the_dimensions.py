# cause: shared by all its dimensions
import torch


def sample(z_mean, z_log_var):
    noise = torch.randn(len(z_mean), 1)
    return z_mean + torch.exp(z_log_var / 2) * noise
