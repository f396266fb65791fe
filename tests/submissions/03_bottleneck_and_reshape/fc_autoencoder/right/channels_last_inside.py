import torch
from torch import nn


class FCAutoencoder(nn.Module):
    """The flat row is read channels last, as in Keras, on both sides: the Linear layers learn any order."""

    def __init__(self, code_dim=32):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 16, 3, 2, 1), nn.Conv2d(16, 32, 3, 2, 1)
        self.l1, self.l2 = nn.Linear(1568, code_dim), nn.Linear(code_dim, 1568)
        self.t1, self.t2 = nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ConvTranspose2d(16, 1, 4, 2, 1)

    def encode(self, x):
        x = self.c2(self.c1(x).relu()).relu()
        return self.l1(x.permute(0, 2, 3, 1).reshape(len(x), -1))

    def decode(self, z):
        x = self.l2(z).relu().reshape(-1, 7, 7, 32).permute(0, 3, 1, 2)
        return torch.sigmoid(self.t2(self.t1(x).relu()))

    def forward(self, x):
        return self.decode(self.encode(x))
