import torch


def decode_grid(model, codes, steps):
    t = torch.linspace(0, 1, steps)
    x, y = torch.meshgrid(t, t, indexing="xy")
    unit = torch.stack((x, 1 - y), dim=2).view(-1, 2)
    low, high = codes.amin(0), codes.amax(0)
    was = model.training
    model.eval()
    with torch.no_grad():
        out = torch.cat([model.decode(part) for part in (low + unit * (high - low)).split(10)])
    model.train(was)
    return out.unflatten(0, (steps, steps))
