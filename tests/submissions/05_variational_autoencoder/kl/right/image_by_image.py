import torch


def kl(z_mean, z_log_var):
    rows = [0.5 * (m @ m + v.exp().sum() - v.sum() - len(v)) for m, v in zip(z_mean, z_log_var)]
    return torch.stack(rows)
