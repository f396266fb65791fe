import torch


def kl(z_mean, z_log_var):
    q = torch.distributions.Normal(z_mean, (0.5 * z_log_var).exp())
    p = torch.distributions.Normal(torch.zeros_like(z_mean), 1.0)
    return torch.distributions.kl_divergence(q, p).sum(dim=1)
