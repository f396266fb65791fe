import torch
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=None):
        super().__init__()
        size = 32 if code_dim is None else code_dim
        self.layers = nn.ModuleList([nn.Linear(784, size), nn.Linear(size, 784)])

    def encode(self, x):
        rows = [image.reshape(784) for image in x]
        return self.layers[0](torch.stack(rows))

    def decode(self, z):
        return torch.stack([self.layers[1](row).reshape(1, 28, 28) for row in z])

    def forward(self, x):
        return self.decode(self.encode(x))
