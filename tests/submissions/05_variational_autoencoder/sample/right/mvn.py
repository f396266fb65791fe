import torch


def sample(m, v):
    q = torch.distributions.MultivariateNormal(m, scale_tril=torch.diag_embed(torch.exp(v / 2)))
    return q.rsample()
