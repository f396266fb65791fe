# cause: changed the batch x in place
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    x.clamp_(0.1, 0.9)
    return loss.item()
