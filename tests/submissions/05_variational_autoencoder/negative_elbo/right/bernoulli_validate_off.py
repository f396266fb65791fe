import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("no")
    p = torch.distributions.Independent(
        torch.distributions.Bernoulli(logits=logits, validate_args=False), 3, validate_args=False
    )
    return torch.mean(-p.log_prob(x) + kl(m, v))
