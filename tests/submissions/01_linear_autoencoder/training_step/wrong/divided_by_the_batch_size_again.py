# cause: divided by the number of images once more
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x) / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
