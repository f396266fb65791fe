import torch


def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    n, codes = len(images), None
    for start in range(0, n, batch_size):
        stop = min(n, start + batch_size)
        z = model.encode(images[start:stop].to(device)).detach().cpu()
        if codes is None:
            codes = torch.empty(n, z.shape[1])
        codes[start:stop] = z
    model.train(was_training)
    return codes
