# cause: the noise is not normal
import torch


def sample(m, v):
    d = torch.distributions.StudentT(5.0)
    return m + torch.exp(v / 2) * d.sample(m.shape)
