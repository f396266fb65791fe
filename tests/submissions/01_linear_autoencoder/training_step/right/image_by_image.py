from torch.nn import functional as F


def training_step(model, optimizer, x):
    """Gradients may add up inside one step: that is what they are for."""
    for p in model.parameters():
        p.grad = None
    total = 0.0
    for image in x.split(1):
        share = F.mse_loss(model(image), image) / len(x)
        share.backward()
        total += share.item()
    optimizer.step()
    return total
