# cause: no noise there, although there is some in a larger batch
import torch


def sample(m, v):
    e = torch.randn_like(m)
    return m + torch.exp(v / 2) * (e - e.mean(0))
