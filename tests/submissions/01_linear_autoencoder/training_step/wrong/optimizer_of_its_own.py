# cause: optimizer.step() was never called on the optimizer that was given
import torch
from torch.nn import functional as F


def training_step(model, optimizer, x):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
