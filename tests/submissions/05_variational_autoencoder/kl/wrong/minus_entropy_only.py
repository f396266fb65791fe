# cause: the prior is missing
import torch


def kl(m, v):
    return -torch.distributions.Normal(m, (v / 2).exp()).entropy().sum(1)
