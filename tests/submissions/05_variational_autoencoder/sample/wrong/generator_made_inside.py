# cause: the same noise at each call
import torch


def sample(z_mean, z_log_var):
    draw = torch.Generator().manual_seed(0)
    noise = torch.randn(z_mean.shape, generator=draw)
    return z_mean + torch.exp(z_log_var / 2) * noise
