# cause: Batch norm in training mode refuses
import torch


@torch.no_grad()
def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    return torch.cat([model.encode(images[i : i + 1].to(device)).cpu() for i in range(len(images))])
