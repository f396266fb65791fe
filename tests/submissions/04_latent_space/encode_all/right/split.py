import torch


@torch.no_grad()
def encode_all(model, images, batch_size=256):
    mode = model.training
    model.eval()
    where = next(model.parameters()).device
    rows = [model.encode(batch.to(where)).cpu() for batch in images.split(batch_size)]
    model.train(mode)
    return torch.cat(rows)
