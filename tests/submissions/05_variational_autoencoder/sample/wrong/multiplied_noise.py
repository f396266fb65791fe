# cause: the noise is larger where z_mean is
import torch


def sample(m, v):
    return m * (1 + torch.exp(v / 2) * torch.randn_like(m))
