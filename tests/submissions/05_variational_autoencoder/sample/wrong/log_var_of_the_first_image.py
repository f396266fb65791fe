# cause: every image gets the variance of the first one
import torch


def sample(m, v):
    return m + torch.exp(v[:1] / 2) * torch.randn_like(m)
