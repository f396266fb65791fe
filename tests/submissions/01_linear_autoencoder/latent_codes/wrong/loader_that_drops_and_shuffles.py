# cause: the images are shuffled
import torch
from torch.utils.data import DataLoader, TensorDataset


def latent_codes(model, train_set, batch_size=256):
    loader = DataLoader(TensorDataset(train_set.images, train_set.labels), batch_size, shuffle=True)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        pairs = [(model.encode(x), y) for x, y in loader]
    model.train(was_training)
    return torch.cat([z for z, _ in pairs]), torch.cat([y for _, y in pairs])
