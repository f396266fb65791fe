import torch
from torch import nn
from torch.nn import functional as F


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)


def kl(z_mean, z_log_var):
    mean, log_var = z_mean.double(), z_log_var.double()
    return 0.5 * (mean.square() + torch.expm1(log_var) - log_var).sum(1)


def negative_elbo(x, logits, z_mean, z_log_var):
    pixels = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    return (pixels + kl(z_mean, z_log_var)).mean()


class VAE(nn.Module):
    def __init__(self, code_dim=20):
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.mu = nn.Linear(400, code_dim)
        self.lv = nn.Linear(400, code_dim)
        self.fc3 = nn.Linear(code_dim, 400)
        self.fc4 = nn.Linear(400, 784)

    def posterior(self, x):
        h = F.relu(self.fc1(x.flatten(1)))
        return self.mu(h), self.lv(h)

    def encode(self, x):
        return self.posterior(x)[0]

    def logits(self, z):
        return self.fc4(F.relu(self.fc3(z))).view(-1, 1, 28, 28)

    def decode(self, z):
        return torch.sigmoid(self.logits(z))

    def forward(self, x):
        return self.decode(sample(*self.posterior(x)))

    def loss(self, x):
        m, v = self.posterior(x)
        return negative_elbo(x, self.logits(sample(m, v)), m, v)
