from torch import nn


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        pool = nn.MaxPool2d(2)
        self.inward = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), pool, nn.Conv2d(16, 4, 3, padding=1), pool)
        self.outward = nn.Sequential(
            nn.ConvTranspose2d(4, 16, kernel_size=2, stride=2),
            nn.ConvTranspose2d(16, 1, kernel_size=2, stride=2),
            nn.Sigmoid(),
        )

    def encode(self, x):
        return self.inward(x)

    def decode(self, z):
        return self.outward(z)

    def forward(self, x):
        return self.outward(self.inward(x))
