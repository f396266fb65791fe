import torch


def decode_grid(model, codes, steps):
    low, high = codes.amin(0), codes.amax(0)
    z1 = low[0] + torch.arange(steps) * (high[0] - low[0]) / (steps - 1)
    z2 = torch.linspace(high[1].item(), low[1].item(), steps)
    grid = torch.stack([z1[None].expand(steps, steps), z2[:, None].expand(steps, steps)], -1)
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model.decode(grid.reshape(-1, 2))
    model.train(was)
    return out.reshape(steps, steps, 1, 32, 32)
