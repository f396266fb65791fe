# cause: the noise is not drawn from torch's global random numbers
import numpy as np
import torch


def sample(z_mean, z_log_var):
    noise = torch.from_numpy(np.random.randn(*z_mean.shape)).float()
    return z_mean + torch.exp(z_log_var / 2) * noise
