import torch


def sample(m, v):
    z = m.double() + torch.exp(0.5 * v.double()) * torch.randn(m.shape, dtype=torch.float64)
    return z.to(m.dtype)
