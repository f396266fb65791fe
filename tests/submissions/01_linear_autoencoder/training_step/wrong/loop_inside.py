# cause: 10 steps in one call
from torch.nn import functional as F


def training_step(model, optimizer, x):
    losses = []
    for _ in range(10):
        loss = F.mse_loss(model(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses[0]
