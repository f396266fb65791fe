import torch


def kl(m, v):
    S = torch.diag_embed(v.exp())
    return 0.5 * (S.diagonal(dim1=1, dim2=2).sum(1) + (m * m).sum(1) - m.size(1) - v.sum(1))
