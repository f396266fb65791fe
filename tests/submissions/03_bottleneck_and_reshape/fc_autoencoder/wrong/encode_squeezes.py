# cause: its batch axis is gone
import torch
from torch import nn


class FCAutoencoder(nn.Module):
    def __init__(self, code_dim=32):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)
        self.fc1 = nn.Linear(32 * 7 * 7, code_dim)
        self.fc2 = nn.Linear(code_dim, 32 * 7 * 7)
        self.t_conv1 = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1)
        self.t_conv2 = nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1)

    def encode(self, x):
        x = torch.relu(self.conv1(x))
        x = torch.relu(self.conv2(x))
        x = x.flatten(1)
        return self.fc1(x).squeeze()

    def decode(self, z):
        x = torch.relu(self.fc2(z))
        x = x.view(-1, 32, 7, 7)
        x = torch.relu(self.t_conv1(x))
        return torch.sigmoid(self.t_conv2(x))

    def forward(self, x):
        return self.decode(self.encode(x))
