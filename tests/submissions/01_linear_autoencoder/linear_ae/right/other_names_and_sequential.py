from torch import nn


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.down = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, code_dim))
        self.up = nn.Sequential(nn.Linear(code_dim, 28 * 28), nn.Unflatten(1, (1, 28, 28)))

    def encode(self, images):
        return self.down(images)

    def decode(self, numbers):
        return self.up(numbers)

    def forward(self, images):
        return self.up(self.down(images))
