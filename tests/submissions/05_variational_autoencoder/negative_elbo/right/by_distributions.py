import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("pixels lie in [0, 1]")
    p = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    q = torch.distributions.Normal(z_mean, (z_log_var / 2).exp())
    prior = torch.distributions.Normal(torch.zeros_like(z_mean), torch.ones_like(z_mean))
    divergence = torch.distributions.kl_divergence(q, prior).sum(1)
    return -(p.log_prob(x).flatten(1).sum(1) - divergence).mean()
