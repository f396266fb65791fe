# cause: on images scaled to [-1, 1]
from torch.nn import functional as F


def training_step(model, optimizer, x):
    x = 2 * x - 1
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
