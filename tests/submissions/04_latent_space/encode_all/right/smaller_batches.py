import torch


def encode_all(model, images, batch_size=256):
    was = model.training
    model.eval()
    rows = []
    with torch.no_grad():
        for i in range(0, len(images), min(4, batch_size)):
            rows.append(model.encode(images[i : i + min(4, batch_size)]).cpu())
    model.train(was)
    return torch.cat(rows)
