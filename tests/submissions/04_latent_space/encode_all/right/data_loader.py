import torch
from torch.utils.data import DataLoader


def encode_all(model, images, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    codes = []
    for x in DataLoader(images, batch_size=batch_size):
        with torch.inference_mode():
            codes.append(model.encode(x.to(device)).to("cpu"))
    if was_training:
        model.train()
    return torch.cat(codes, dim=0)
