# cause: model.parameters() is empty
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.layers = [nn.Linear(784, code_dim), nn.Linear(code_dim, 784)]

    def encode(self, x):
        return self.layers[0](x.flatten(1))

    def decode(self, z):
        return self.layers[1](z).reshape(-1, 1, 28, 28)

    def forward(self, x):
        return self.decode(self.encode(x))
