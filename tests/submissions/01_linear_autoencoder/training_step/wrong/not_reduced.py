# cause: backward() starts from a single number
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x, reduction="none")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
