# cause: Compare
def training_step(model, optimizer, loss_function, x):
    loss = loss_function(model(x), x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
