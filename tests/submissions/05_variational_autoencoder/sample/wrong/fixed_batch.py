# cause: is a number of images or of dimensions fixed in it?
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn(128, 20)
