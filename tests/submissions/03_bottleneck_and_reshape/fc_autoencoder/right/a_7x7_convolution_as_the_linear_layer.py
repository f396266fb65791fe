from torch import nn
from torch.nn import functional as F


class FCAutoencoder(nn.Module):
    """The bottleneck's Linear layer written as a convolution over the whole map (task 3.4)."""

    def __init__(self, code_dim: int = 32):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "out": nn.ConvTranspose2d(16, 1, 4, 2, 1),
                "up": nn.ConvTranspose2d(32, 16, 4, 2, 1),
                "widen": nn.Linear(code_dim, 32 * 7 * 7),
                "narrow": nn.Conv2d(32, code_dim, 7),
                "second": nn.Conv2d(16, 32, 3, 2, 1),
                "first": nn.Conv2d(1, 16, 3, 2, 1),
            }
        )

    def encode(self, x):
        x = F.relu(self.layers["first"](x))
        x = F.relu(self.layers["second"](x))
        return self.layers["narrow"](x).flatten(1)

    def decode(self, z):
        x = F.relu(self.layers["widen"](z)).reshape(len(z), 32, 7, 7)
        return self.layers["out"](F.relu(self.layers["up"](x))).sigmoid()

    def forward(self, x):
        return self.decode(self.encode(x))
