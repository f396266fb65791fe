# cause: forward gives another result after model.eval()
from torch import nn


class FCAutoencoder(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, code_dim)
        )
        self.up = nn.Sequential(
            nn.Linear(code_dim, 1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Sigmoid(),
        )

    def encode(self, images):
        return self.down(images)

    def decode(self, codes):
        return self.up(codes)

    def forward(self, images):
        return self.up(self.down(images)) if self.training else images
