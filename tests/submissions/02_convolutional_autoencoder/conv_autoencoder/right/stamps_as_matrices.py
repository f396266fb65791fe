import torch
from torch import nn


class ConvAutoencoder(nn.Module):
    """A 2x2 transposed convolution with stride 2 is one matrix for each place: 4 numbers in, 16 x 2 x 2 out."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.w1, self.b1 = nn.Parameter(torch.randn(4, 16, 2, 2)), nn.Parameter(torch.randn(16))
        self.w2, self.b2 = nn.Parameter(torch.randn(16, 1, 2, 2)), nn.Parameter(torch.randn(1))

    def encode(self, x):
        return self.pool(self.second(self.pool(self.first(x))))

    def stamp(self, x, weight, bias):
        out = torch.einsum("nihw,ioab->nohawb", x, weight)
        return out.flatten(4).flatten(2, 3) + bias[:, None, None]

    def decode(self, z):
        return self.stamp(self.stamp(z, self.w1, self.b1), self.w2, self.b2).sigmoid()

    def forward(self, x):
        return self.decode(self.encode(x))
