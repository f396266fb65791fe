# cause: the noise is cut off
import torch


def sample(z_mean, z_log_var):
    noise = torch.randn_like(z_mean).clamp(-3, 3)
    return z_mean + torch.exp(z_log_var / 2) * noise
