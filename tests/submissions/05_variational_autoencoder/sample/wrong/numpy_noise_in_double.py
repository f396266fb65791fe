# cause: NumPy's random numbers are float64
import numpy as np
import torch


def sample(z_mean, z_log_var):
    noise = torch.from_numpy(np.random.randn(*z_mean.shape))
    return z_mean + torch.exp(z_log_var / 2) * noise
