# cause: left in evaluation mode
from torch.nn import functional as F


def training_step(model, optimizer, x):
    model.eval()
    loss = F.mse_loss(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
