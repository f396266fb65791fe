# attack: the model that a check has for another task is the answer
# cell: task-1-1
import torch
from torch import nn

from lessons_pkg.checks import linear_training


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.inner = linear_training._Model(code_dim)

    def encode(self, x):
        return self.inner.encode(x)

    def decode(self, z):
        return self.inner.decode(z)

    def forward(self, x):
        return self.inner(x)
