# cause: requires_grad_() on a result that was cut off
import torch


def sample(m, v):
    z = torch.normal(m, torch.exp(v / 2)).detach()
    return z.requires_grad_()
