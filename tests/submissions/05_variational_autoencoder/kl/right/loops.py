import torch


def kl(m, v):
    out = []
    for i in range(m.shape[0]):
        total = 0.0
        for j in range(m.shape[1]):
            total = total + (m[i, j] ** 2 + torch.exp(v[i, j]) - v[i, j] - 1) / 2
        out.append(total)
    return torch.stack(out)
