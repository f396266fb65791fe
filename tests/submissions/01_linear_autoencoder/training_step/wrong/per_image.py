# cause: summed over the pixels of each image
def training_step(model, optimizer, x):
    loss = (model(x) - x).square().flatten(1).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
