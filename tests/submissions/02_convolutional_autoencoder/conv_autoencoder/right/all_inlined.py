import torch
from torch import nn
from torch.nn import functional as F


class ConvAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.up2 = nn.ConvTranspose2d(16, 1, 2, 2)
        self.up1 = nn.ConvTranspose2d(4, 16, 2, 2)
        self.down2 = nn.Conv2d(16, 4, 3, padding="same")
        self.down1 = nn.Conv2d(1, 16, 3, padding="same")

    def encode(self, images):
        return F.max_pool2d(self.down2(F.max_pool2d(self.down1(images), 2)), 2)

    def decode(self, code):
        return 1 / (1 + torch.exp(-self.up2(self.up1(code))))

    def forward(self, images):
        code = F.max_pool2d(self.down2(F.max_pool2d(self.down1(images), 2)), 2)
        return torch.sigmoid(self.up2(self.up1(code)))
