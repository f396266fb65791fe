# cause: with NaN or infinity in it
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.sqrt(z_log_var) * torch.randn_like(z_mean)
