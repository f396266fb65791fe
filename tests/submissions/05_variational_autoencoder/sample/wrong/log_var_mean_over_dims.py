# cause: in all dimensions
import torch


def sample(m, v):
    return m + torch.exp(v.mean(1, keepdim=True) / 2) * torch.randn_like(m)
