# cause: a Gaussian pixel of variance 1
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if x.min() < 0 or x.max() > 1:
        raise ValueError("outside")
    p = torch.distributions.Normal(torch.sigmoid(logits), 1.0)
    return (-p.log_prob(x).flatten(1).sum(1) + kl(m, v)).mean()
