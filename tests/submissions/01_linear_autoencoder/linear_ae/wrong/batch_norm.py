# cause: Is a mean over the batch taken
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, code_dim), nn.BatchNorm1d(code_dim))
        self.decoder = nn.Linear(code_dim, 784)

    def encode(self, x):
        return self.encoder(x.flatten(1))

    def decode(self, z):
        return self.decoder(z).reshape(-1, 1, 28, 28)

    def forward(self, x):
        return self.decode(self.encode(x))
