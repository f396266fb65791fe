# cause: the factor 1/2 belongs inside the exponential
import torch


def sample(z_mean, z_log_var):
    return z_mean + 0.5 * torch.exp(z_log_var) * torch.randn_like(z_mean)
