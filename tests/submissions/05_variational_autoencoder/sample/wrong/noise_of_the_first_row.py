# cause: one noise vector shared by the batch
import torch


def sample(z_mean, z_log_var):
    noise = torch.randn_like(z_mean[:1])
    return z_mean + torch.exp(z_log_var / 2) * noise
