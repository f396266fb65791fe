from torch import nn


class ConvAutoencoder(nn.Sequential):
    """encode and decode are modules, not methods: called, they do the same."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(
            nn.Conv2d(1, 16, 3, 1, 1), nn.AdaptiveMaxPool2d(14), nn.Conv2d(16, 4, 3, 1, 1), nn.AdaptiveMaxPool2d(7)
        )
        self.decode = nn.Sequential(nn.ConvTranspose2d(4, 16, 2, 2), nn.ConvTranspose2d(16, 1, 2, 2), nn.Sigmoid())
