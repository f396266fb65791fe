# cause: sample changed z_log_var in place
import torch


def sample(z_mean, z_log_var):
    std = z_log_var.mul_(0.5).exp()
    return z_mean + std * torch.randn_like(z_mean)
