import torch


def sample(z_mean, z_log_var):
    noise = torch.randn(z_mean.shape, dtype=z_mean.dtype, device=z_mean.device)
    return torch.addcmul(z_mean, noise, z_log_var.mul(0.5).exp())
