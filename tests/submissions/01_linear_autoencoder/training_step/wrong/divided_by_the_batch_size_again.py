# cause: divided once more by the batch size
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x) / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
