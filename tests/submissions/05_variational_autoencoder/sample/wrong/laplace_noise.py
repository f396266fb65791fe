# cause: its fourth moment is
import torch


def sample(z_mean, z_log_var):
    noise = torch.distributions.Laplace(0.0, 0.5**0.5).sample(z_mean.shape)
    return z_mean + torch.exp(z_log_var / 2) * noise
