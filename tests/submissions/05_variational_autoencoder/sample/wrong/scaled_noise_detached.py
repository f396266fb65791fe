# cause: no gradient reaches z_log_var
import torch


def sample(z_mean, z_log_var):
    noise = torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
    return z_mean + noise.detach()
