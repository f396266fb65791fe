# cause: as for the sum of the squared errors
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad()
    (loss * x.numel()).backward()
    optimizer.step()
    return loss.item()
