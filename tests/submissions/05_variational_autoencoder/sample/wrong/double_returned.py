# cause: so is what double() gives
import torch


def sample(m, v):
    return m.double() + torch.exp(v / 2).double() * torch.randn_like(m)
