from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([self.block(1, 16, 14), self.block(16, 4, 7)])

    @staticmethod
    def block(inputs, outputs, size):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.Identity(), nn.AdaptiveMaxPool2d(size))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
