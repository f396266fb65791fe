# cause: z_mean itself is changed before the noise is added
import torch


def sample(m, v):
    return m.clamp(-5, 5) + torch.exp(v / 2) * torch.randn_like(m)
