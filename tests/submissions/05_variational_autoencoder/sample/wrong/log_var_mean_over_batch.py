# cause: z_log_var is averaged over the batch
import torch


def sample(m, v):
    return m + torch.exp(v.mean(0) / 2) * torch.randn_like(m)
