# cause: a cross-entropy
from torch.nn import functional as F


def training_step(model, optimizer, x):
    loss = F.binary_cross_entropy_with_logits(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
