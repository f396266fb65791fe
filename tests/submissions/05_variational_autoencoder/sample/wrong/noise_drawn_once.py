# cause: the same noise at each call
import torch

NOISE = torch.randn(50_000, 20)


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * NOISE[: len(z_mean), : z_mean.shape[1]]
