# cause: times exp(z_log_var / 2)
import torch


def sample(m, v):
    return m + torch.exp(v / 2) * (torch.randn_like(m) + torch.randn_like(m))
