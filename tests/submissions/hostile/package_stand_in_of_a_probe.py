# attack: the model that a probe of the grading builds for another task is the answer
# cell: task-1-1
import torch
from torch import nn

from lessons_pkg.grading.probes import linear


class LinearAE(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        sizes = (code_dim, 784), (code_dim,), (784, code_dim), (784,)
        self.inner = linear._Small([0.05 * torch.randn(*size) for size in sizes])

    def encode(self, x):
        return self.inner.encode(x)

    def decode(self, z):
        return self.inner.decode(z)

    def forward(self, x):
        return self.inner(x)
