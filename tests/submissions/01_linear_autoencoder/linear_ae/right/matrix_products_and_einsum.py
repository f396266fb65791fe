import torch
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim: int = 32):
        super().__init__()
        self.A = nn.Parameter(0.05 * torch.randn(28, 28, code_dim))
        self.a = nn.Parameter(torch.zeros(code_dim))
        self.B = nn.Parameter(0.05 * torch.randn(code_dim, 28, 28))
        self.b = nn.Parameter(torch.full((28, 28), 0.1))

    def encode(self, x):
        return torch.einsum("nhw,hwk->nk", x.squeeze(1), self.A) + self.a

    def decode(self, z):
        return (torch.einsum("nk,khw->nhw", z, self.B) + self.b)[:, None]

    def forward(self, x):
        return self.decode(self.encode(x))
