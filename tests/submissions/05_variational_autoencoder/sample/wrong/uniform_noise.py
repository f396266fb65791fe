# cause: as from torch.rand, which lies in [0, 1)
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.rand_like(z_mean)
