# cause: gives another result after model.eval()
from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.inward, self.outward = nn.Linear(784, code_dim), nn.Linear(code_dim, 784)

    def encode(self, x):
        z = self.inward(x.flatten(1))
        return z if self.training else nn.functional.dropout(z, 0.5)

    def decode(self, z):
        return self.outward(z).unflatten(1, (1, 28, 28))

    def forward(self, x):
        return self.decode(self.encode(x))
