def training_step(model, optimizer, x):
    optimizer.zero_grad(set_to_none=True)
    x_hat = model(x)
    error = ((x_hat - x) ** 2).mean()
    error.backward()
    optimizer.step()
    return float(error)
