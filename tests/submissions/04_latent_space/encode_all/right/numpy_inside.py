import numpy as np
import torch


def encode_all(model, images, batch_size=256):
    was_training = model.training
    device = next(model.parameters()).device
    model.eval()
    parts = []
    with torch.no_grad():
        for indices in np.array_split(np.arange(len(images)), -(-len(images) // batch_size)):
            parts.append(model.encode(images[torch.from_numpy(indices)].to(device)).cpu().numpy())
    model.train(was_training)
    return torch.from_numpy(np.concatenate(parts))
