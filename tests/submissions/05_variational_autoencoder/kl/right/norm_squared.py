import torch


def kl(m, v):
    k = m.shape[1]
    s = torch.exp(v / 2)
    return 0.5 * (torch.linalg.norm(m, dim=1) ** 2 + torch.linalg.norm(s, dim=1) ** 2 - k) - v.sum(1) / 2
