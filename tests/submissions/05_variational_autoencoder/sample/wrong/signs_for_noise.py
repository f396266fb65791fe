# cause: the noise has two values only
import torch


def sample(z_mean, z_log_var):
    noise = torch.sign(torch.randn_like(z_mean))
    return z_mean + torch.exp(z_log_var / 2) * noise
