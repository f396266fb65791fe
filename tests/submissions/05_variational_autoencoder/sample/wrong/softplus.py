# cause: a softplus of z_log_var
import torch


def sample(z_mean, z_log_var):
    std = torch.nn.functional.softplus(z_log_var)
    return z_mean + std * torch.randn_like(z_mean)
