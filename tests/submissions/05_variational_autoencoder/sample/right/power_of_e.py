import math

import torch


def sample(z_mean, z_log_var):
    noise = torch.normal(torch.zeros_like(z_mean), torch.ones_like(z_mean))
    return z_mean + noise * math.e ** (z_log_var / 2)
