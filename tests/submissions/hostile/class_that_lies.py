# attack: an object that says by __class__ that it is a float, by isinstance hooks that it is a module
# cell: task-1-1
import torch
from torch import nn


class Meta(type(nn.Module)):
    def __instancecheck__(cls, value):
        return True

    def __subclasscheck__(cls, value):
        return True


class LinearAE(nn.Module, metaclass=Meta):
    def __init__(self, code_dim=32):
        super().__init__()
        self.a = nn.Linear(784, code_dim)
        self.b = nn.Linear(code_dim, 784)

    @property
    def __class__(self):
        return nn.Linear

    def encode(self, x):
        return torch.zeros(len(x), 32)

    def decode(self, z):
        return torch.zeros(len(z), 1, 28, 28)

    def __call__(self, x):
        return x

    forward = __call__
