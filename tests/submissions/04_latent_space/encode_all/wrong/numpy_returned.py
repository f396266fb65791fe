# cause: torch.from_numpy
import torch


def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    rows = []
    with torch.no_grad():
        for start in range(0, len(images), batch_size):
            batch = images[start : start + batch_size]
            z = model.encode(batch.to(device))
            rows.append(z.cpu())
    model.train(was_training)
    return torch.cat(rows).numpy()
