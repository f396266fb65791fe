from torch import nn


def training_step(model, optimizer, x):
    loss = nn.MSELoss()(model.decode(model.encode(x)), x)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach().numpy().item()
