# cause: z_log_var is clamped, here to [-10, 10]
import torch


def sample(z_mean, z_log_var):
    std = torch.exp(z_log_var.clamp(-10, 10) / 2)
    return z_mean + std * torch.randn_like(z_mean)
