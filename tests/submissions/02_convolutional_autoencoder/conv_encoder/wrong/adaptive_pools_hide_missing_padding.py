# cause: the padding is 0 in the first and 0 in the second convolution
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3)
        self.conv2 = nn.Conv2d(16, 4, 3)
        self.pool1 = nn.AdaptiveMaxPool2d(14)
        self.pool2 = nn.AdaptiveMaxPool2d(7)

    def forward(self, x):
        x = self.pool1(self.conv1(x))
        return self.pool2(self.conv2(x))
