import torch
from torch import nn
from torch.nn import functional as F


class FCAutoencoder(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        shapes = [(16, 1, 3, 3), (32, 16, 3, 3), (code_dim, 1568), (1568, code_dim), (32, 16, 4, 4), (16, 1, 4, 4)]
        self.weights = nn.ParameterList([nn.Parameter(0.05 * torch.randn(shape)) for shape in shapes])
        self.biases = nn.ParameterList([nn.Parameter(torch.full((n,), 0.01)) for n in (16, 32, code_dim, 1568, 16, 1)])

    def encode(self, x):
        w, b = self.weights, self.biases
        x = F.conv2d(x, w[0], b[0], stride=2, padding=1).clamp(min=0)
        x = F.conv2d(x, w[1], b[1], stride=2, padding=1).clamp(min=0)
        return x.flatten(start_dim=1) @ w[2].T + b[2]

    def decode(self, z):
        w, b = self.weights, self.biases
        x = (z @ w[3].T + b[3]).clamp(min=0).unflatten(-1, (32, 7, 7))
        x = F.conv_transpose2d(x, w[4], b[4], stride=2, padding=1).clamp(min=0)
        return 1 / (1 + torch.exp(-F.conv_transpose2d(x, w[5], b[5], stride=2, padding=1)))

    def forward(self, x):
        return self.decode(self.encode(x))
