import torch


def sample(z_mean, z_log_var):
    std = z_log_var.exp().sqrt()
    noise = torch.empty_like(z_mean).normal_()
    return noise.mul(std).add(z_mean)
