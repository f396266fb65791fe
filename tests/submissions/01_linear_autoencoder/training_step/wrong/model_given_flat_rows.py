# cause: different shapes
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x.flatten(1)), x.flatten(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
