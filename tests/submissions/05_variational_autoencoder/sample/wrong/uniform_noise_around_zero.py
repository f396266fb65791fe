# cause: the noise is uniform, not normal: as from an interval around 0
import torch


def sample(z_mean, z_log_var):
    noise = 2 * torch.rand_like(z_mean) - 1
    return z_mean + torch.exp(z_log_var / 2) * noise
