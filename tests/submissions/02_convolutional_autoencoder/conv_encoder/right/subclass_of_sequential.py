from collections import OrderedDict

from torch import nn


class Encoder(nn.Sequential):
    def __init__(self):
        super().__init__(
            OrderedDict(
                first=nn.LazyConv2d(16, 3, padding=1),
                halved=nn.MaxPool2d(2),
                second=nn.LazyConv2d(4, 3, padding=1),
                halved_again=nn.MaxPool2d(2),
            )
        )
