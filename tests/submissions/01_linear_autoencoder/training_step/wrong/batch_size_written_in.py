# cause: not the mean over this batch
def training_step(model, optimizer, x):
    loss = (model(x) - x).square().sum() / (5 * 784)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
