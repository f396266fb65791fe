# cause: These codes carry gradients
import torch


def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    rows = []
    if True:
        for start in range(0, len(images), batch_size):
            batch = images[start : start + batch_size]
            z = model.encode(batch.to(device))
            rows.append(torch.from_numpy(z.cpu().numpy()))
    model.train(was_training)
    return torch.cat(rows)
