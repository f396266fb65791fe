import torch


def sample(z_mean, z_log_var):
    return torch.distributions.Normal(z_mean, (0.5 * z_log_var).exp()).rsample()
