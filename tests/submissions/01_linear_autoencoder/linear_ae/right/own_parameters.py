import torch
from torch import nn
from torch.nn import functional as F


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.w_in = nn.Parameter(torch.randn(code_dim, 784) / 28)
        self.b_in = nn.Parameter(torch.zeros(code_dim))
        self.w_out = nn.Parameter(torch.randn(784, code_dim) / 6)
        self.b_out = nn.Parameter(torch.zeros(784))

    def encode(self, x):
        return F.linear(x.view(len(x), -1), self.w_in, self.b_in)

    def decode(self, z):
        return F.linear(z, self.w_out, self.b_out).view(len(z), 1, 28, 28)

    def forward(self, x):
        return self.decode(self.encode(x))
