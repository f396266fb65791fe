# cause: the loss of the first image only
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x)[0], x[0])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
