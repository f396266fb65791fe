import torch


def kl(z_mean, z_log_var):
    return (torch.einsum("nk,nk->n", z_mean, z_mean) + (torch.expm1(z_log_var) - z_log_var).sum(1)) / 2
