# attack: a model that hands everything on to the package's own
# cell: task-1-1
from torch import nn

from lessons_pkg import models


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.inner = models.LinearAE(code_dim=code_dim)

    def encode(self, x):
        return self.inner.encode(x)

    def decode(self, z):
        return self.inner.decode(z)

    def forward(self, x):
        return self.inner(x)
