import torch


def sample(m, v):
    rows = []
    for a, b in zip(m, v):
        rows.append(torch.stack([x + torch.exp(y / 2) * torch.randn(()) for x, y in zip(a, b)])) if len(
            m
        ) < 100 else rows.append(a + torch.exp(b / 2) * torch.randn(len(a)))
    return torch.stack(rows)
