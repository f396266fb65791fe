import torch


def decode_grid(model, codes, steps):
    x = torch.linspace(float(codes[:, 0].min()), float(codes[:, 0].max()), steps)
    y = torch.linspace(float(codes[:, 1].min()), float(codes[:, 1].max()), steps)
    pairs = torch.cartesian_prod(y.flip(0), x)[:, [1, 0]]
    before = model.training
    with torch.inference_mode():
        images = model.eval().decode(pairs)
    model.train(before)
    return images.view(steps, steps, *images.shape[1:])
