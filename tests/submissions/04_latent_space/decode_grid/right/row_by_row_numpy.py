import numpy as np
import torch


def decode_grid(model, codes, steps):
    z = codes.numpy()
    xs = np.linspace(z[:, 0].min(), z[:, 0].max(), steps)
    ys = np.linspace(z[:, 1].min(), z[:, 1].max(), steps)
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    rows = []
    for y in ys[::-1]:
        line = np.stack([xs, np.full(steps, y)], axis=1).astype(np.float32)
        rows.append(model.decode(torch.from_numpy(line)).detach())
    for part, mode in modes:
        part.training = mode
    return torch.stack(rows)
