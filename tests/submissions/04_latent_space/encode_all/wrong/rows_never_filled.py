# cause: some rows are zero
import torch


def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    codes = torch.zeros(len(images), 3)
    rows = []
    with torch.no_grad():
        for start in range(0, len(images), batch_size):
            batch = images[start : start + batch_size]
            z = model.encode(batch.to(device))
            codes[start : start + batch_size] = z.cpu() if len(batch) == batch_size else 0
    model.train(was_training)
    return codes
