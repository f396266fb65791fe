import torch


def kl(z_mean, z_log_var):
    trace = z_log_var.exp().sum(1)
    norm = (z_mean * z_mean).sum(1)
    log_det = z_log_var.sum(1)
    return (trace + norm - z_mean.shape[1] - log_det) / 2
