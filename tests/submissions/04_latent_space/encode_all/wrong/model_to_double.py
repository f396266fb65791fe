# cause: the model's weights are float64 now
import torch


def encode_all(model, images, batch_size=256):
    was = model.training
    model.eval()
    model.double()
    images = images.double()
    rows = []
    with torch.no_grad():
        for i in range(0, len(images), batch_size):
            rows.append(model.encode(images[i : i + batch_size]).cpu())
    model.train(was)
    return torch.cat(rows)
