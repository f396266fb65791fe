import torch
import torch.nn.functional as F
from torch import nn


class VAE(nn.Module):
    """All in one class, decoder layers first, with the logits from the forward pass kept out of sight."""

    def __init__(self, code_dim=20):
        super().__init__()
        self.to_pixels = nn.Linear(400, 784)
        self.from_code = nn.Linear(code_dim, 400)
        self.variance = nn.Linear(400, code_dim)
        self.mean = nn.Linear(400, code_dim)
        self.first = nn.Linear(784, 400)

    def posterior(self, x):
        h = F.relu(self.first(x.view(len(x), -1)))
        return self.mean(h), self.variance(h)

    def encode(self, x):
        mean, _ = self.posterior(x)
        return mean

    def _logits(self, z):
        return self.to_pixels(self.from_code(z).clamp(min=0)).reshape(-1, 1, 28, 28)

    def decode(self, z):
        return self._logits(z).sigmoid()

    def _pass(self, x):
        mean, log_var = self.posterior(x)
        z = mean + log_var.mul(0.5).exp() * torch.randn(mean.shape, device=mean.device)
        return self._logits(z), mean, log_var

    def forward(self, x):
        return self._pass(x)[0].sigmoid()

    def loss(self, x):
        logits, mean, log_var = self._pass(x)
        pixels = F.softplus(logits).sum() - (x * logits).sum()
        divergence = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())
        return (pixels + divergence) / x.size(0)
