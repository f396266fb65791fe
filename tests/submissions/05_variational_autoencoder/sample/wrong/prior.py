# cause: a sample of N(0, I), the prior, in place of the posterior
import torch


def sample(z_mean, z_log_var):
    return torch.randn_like(z_mean)
