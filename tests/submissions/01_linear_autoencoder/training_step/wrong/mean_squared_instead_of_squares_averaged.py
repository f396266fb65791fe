# cause: the square of the mean
def training_step(model, optimizer, x):
    loss = (model(x) - x).mean() ** 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
