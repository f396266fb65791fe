# attack: the dense layer that is asked for is the convolution that was given, in disguise
# exercise: 03_bottleneck_and_reshape
# cell: task-3-4
from torch import nn


def as_linear(conv, height, width):
    class Linear(nn.Linear):
        def forward(self, x):
            return conv(x.view(-1, conv.in_channels, height, width)).flatten(1)

    return Linear(1, 1)
