# cause: torch draws it, and drawing has no derivative
import torch


def sample(z_mean, z_log_var):
    return torch.normal(z_mean, torch.exp(z_log_var / 2))
