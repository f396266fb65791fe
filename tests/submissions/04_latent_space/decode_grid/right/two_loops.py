import torch


@torch.no_grad()
def decode_grid(model, codes, steps):
    mode = model.training
    model.eval()
    (left, bottom), (right, top) = codes.min(dim=0).values, codes.max(dim=0).values
    sheet = torch.empty(steps, steps, 1, 32, 32)
    for row in range(steps):
        for column in range(steps):
            x = left + (right - left) * column / (steps - 1)
            y = top - (top - bottom) * row / (steps - 1)
            sheet[row, column] = model.decode(torch.stack([x, y])[None])[0]
    model.train(mode)
    return sheet
