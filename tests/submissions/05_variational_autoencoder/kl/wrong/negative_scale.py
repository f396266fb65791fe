# cause: A scale is a standard deviation, which is positive
import torch


def kl(z_mean, z_log_var):
    q = torch.distributions.Normal(z_mean, z_log_var)
    p = torch.distributions.Normal(torch.zeros_like(z_mean), 1.0)
    return torch.distributions.kl_divergence(q, p).sum(1)
