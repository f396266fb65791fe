import torch


def sample(m, v):
    e = torch.randn(m.shape[1], m.shape[0]).T
    return (m.T + (v.exp().sqrt() * e).T).T
