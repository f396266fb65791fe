import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, m, v):
    if ((x < 0) | (x > 1)).any():
        raise ValueError("pixels")
    bce = logits.clamp(min=0) - logits * x + torch.log1p(torch.exp(-logits.abs()))
    return (bce.sum(dim=(1, 2, 3)) + kl(m, v)).mean()
