import numpy as np
import torch


def latent_codes(model, train_set, batch_size=256):
    was_training = model.training
    device = next(model.parameters()).device
    model.eval()
    parts = []
    with torch.no_grad():
        for indices in np.array_split(np.arange(len(train_set)), -(-len(train_set) // batch_size)):
            parts.append(model.encode(train_set.images[torch.from_numpy(indices)].to(device)).cpu().numpy())
    model.train(was_training)
    return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(train_set.labels.numpy().copy())
