import math

import torch


def sample(z_mean, z_log_var):
    u, v = torch.rand_like(z_mean), torch.rand_like(z_mean)
    noise = torch.sqrt(-2 * torch.log(1 - u)) * torch.cos(2 * math.pi * v)
    return z_mean + noise * torch.sqrt(torch.exp(z_log_var))
