import torch


@torch.no_grad()
def latent_codes(model, train_set, batch_size=256):
    mode = model.training
    model.eval()
    where = next(model.parameters()).device
    rows = [model.encode(batch.to(where)).cpu() for batch in train_set.images.split(batch_size)]
    model.train(mode)
    return torch.cat(rows), train_set.labels.clone()
