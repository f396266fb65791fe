# cause: another one: the noise is not drawn from torch's global random numbers
import torch


def sample(z_mean, z_log_var):
    torch.seed()
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
