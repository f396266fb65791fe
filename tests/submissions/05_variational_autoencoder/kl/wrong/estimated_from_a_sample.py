# cause: estimated from a random sample
import torch


def kl(z_mean, z_log_var):
    q = torch.distributions.Normal(z_mean, (z_log_var / 2).exp())
    z = q.rsample()
    p = torch.distributions.Normal(0.0, 1.0)
    return (q.log_prob(z) - p.log_prob(z)).sum(1)
