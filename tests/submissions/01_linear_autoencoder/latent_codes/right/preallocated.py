import torch


def latent_codes(model, train_set, batch_size=256):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    n, codes = len(train_set), None
    for start in range(0, n, batch_size):
        stop = min(n, start + batch_size)
        z = model.encode(train_set.images[start:stop].to(device)).detach().cpu()
        if codes is None:
            codes = torch.empty(n, z.shape[1])
        codes[start:stop] = z
    model.train(was_training)
    return codes, train_set.labels
