# cause: the noise of one image depends on that of another
import torch


def sample(m, v):
    n = (len(m) + 1) // 2
    e = torch.randn(n, m.shape[1])
    e = torch.cat([e, -e])[: len(m)]
    return m + torch.exp(v / 2) * e
