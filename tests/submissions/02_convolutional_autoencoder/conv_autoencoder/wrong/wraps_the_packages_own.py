# cause: the package's own
from torch import nn

from lessons_pkg import models


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = models.ConvAE()

    def encode(self, x):
        return self.inside.encode(x)

    def decode(self, z):
        return self.inside.decode(z)

    def forward(self, x):
        return self.inside(x)
