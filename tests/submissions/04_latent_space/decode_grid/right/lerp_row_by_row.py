import torch


@torch.no_grad()
def decode_grid(model, codes, steps):
    mode = model.training
    model.eval()
    lo, hi = torch.aminmax(codes, dim=0)
    t = torch.linspace(0, 1, steps)
    rows = []
    for r in range(steps):
        z = torch.stack([torch.lerp(lo[0], hi[0], t), torch.lerp(hi[1], lo[1], t[r]).expand(steps)], 1)
        rows.append(model.decode(z))
    model.train(mode)
    return torch.stack(rows)
