# cause: forward decodes uniform noise between 0 and 1
import torch
from torch import nn
from torch.nn import functional as F


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    return (pixels + kl(z_mean, z_log_var)).mean()


class VAE(nn.Module):
    def __init__(self, code_dim=20):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        self.z_mean = nn.Linear(400, code_dim)
        self.z_log_var = nn.Linear(400, code_dim)
        self.decoder = nn.Sequential(nn.Linear(code_dim, 400), nn.ReLU(), nn.Linear(400, 784))

    def logits(self, z):
        return self.decoder(z).unflatten(1, (1, 28, 28))

    def posterior(self, x):
        h = self.encoder(x)
        return self.z_mean(h), self.z_log_var(h)

    def encode(self, x):
        return self.posterior(x)[0]

    def decode(self, z):
        return torch.sigmoid(self.logits(z))

    def forward(self, x):
        z_mean, z_log_var = self.posterior(x)
        return self.decode(z_mean + torch.exp(z_log_var / 2) * torch.rand_like(z_mean))

    def loss(self, x):
        z_mean, z_log_var = self.posterior(x)
        return negative_elbo(x, self.logits(sample(z_mean, z_log_var)), z_mean, z_log_var)
