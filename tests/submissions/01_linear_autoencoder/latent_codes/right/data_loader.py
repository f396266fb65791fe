import torch
from torch.utils.data import DataLoader, TensorDataset


def latent_codes(model, train_set, batch_size=256):
    loader = DataLoader(TensorDataset(train_set.images, train_set.labels), batch_size=batch_size, shuffle=False)
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    codes, labels = [], []
    for x, y in loader:
        with torch.inference_mode():
            codes.append(model.encode(x.to(device)).to("cpu"))
        labels.append(y)
    if was_training:
        model.train()
    return torch.cat(codes, dim=0), torch.cat(labels, dim=0)
