# cause: no penalty
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x) + 0.01 * sum(p.square().sum() for p in model.parameters())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
