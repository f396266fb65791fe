# cause: does not call super().__init__()
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        self.code_dim = code_dim

    def encode(self, x):
        return nn.Linear(784, self.code_dim)(x.flatten(1))

    def decode(self, z):
        return nn.Linear(self.code_dim, 784)(z).reshape(-1, 1, 28, 28)

    def forward(self, x):
        return self.decode(self.encode(x))
