import numpy as np
import torch


def decode_grid(model, codes, steps):
    low, high = codes.amin(0), codes.amax(0)
    z1 = torch.linspace(low[0].item(), high[0].item(), steps)
    z2 = torch.linspace(high[1].item(), low[1].item(), steps)
    a, b = np.meshgrid(np.linspace(low[0], high[0], steps), np.linspace(high[1], low[1], steps))
    grid = torch.from_numpy(np.stack([a, b], -1)).float()
    was = model.training
    model.eval()
    with torch.no_grad():
        out = model.decode(grid.reshape(-1, 2))
    model.train(was)
    return out.reshape(steps, steps, 1, 32, 32)
