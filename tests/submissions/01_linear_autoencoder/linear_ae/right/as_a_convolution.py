from torch import nn


class LinearAE(nn.Module):
    """A convolution whose kernel is the whole image is a linear layer."""

    def __init__(self, code_dim=32):
        super().__init__()
        self.inward = nn.Conv2d(1, code_dim, kernel_size=28)
        self.outward = nn.Linear(code_dim, 784)

    def encode(self, x):
        return self.inward(x).flatten(1)

    def decode(self, z):
        return self.outward(z).unflatten(-1, (1, 28, 28))

    def forward(self, x):
        return self.decode(self.encode(x))
