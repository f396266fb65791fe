# cause: the gradients are not zeroed
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad  # noqa: B018
    loss.backward()
    optimizer.step()
    return loss.item()
