import torch
from torch.nn import functional as F


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if float(x.min()) < 0.0 or float(x.max()) > 1.0:
        raise ValueError("no")
    a = torch.einsum("nchw,nchw->n", x, F.softplus(-logits)) + torch.einsum("nchw,nchw->n", 1 - x, F.softplus(logits))
    return torch.stack([a, kl(m, v)]).sum(0).mean()
