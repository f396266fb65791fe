# cause: left in evaluation mode
import torch


def decode_grid(model, codes, steps):
    low, high = codes.amin(0), codes.amax(0)
    z_1 = torch.linspace(low[0].item(), high[0].item(), steps)
    z_2 = torch.linspace(high[1].item(), low[1].item(), steps)
    rows, columns = torch.meshgrid(z_2, z_1, indexing="ij")
    grid = torch.stack([columns, rows], dim=-1).reshape(-1, 2)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        images = model.decode(grid)
    return images.reshape(steps, steps, 1, 32, 32)
