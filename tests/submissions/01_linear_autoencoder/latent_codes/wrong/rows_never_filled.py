# cause: some rows are zero, the first of them row 8 of 11
import torch


def latent_codes(model, train_set, batch_size=256):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        k = model.encode(train_set.images[:1]).shape[1]
        codes = torch.zeros(len(train_set), k)
        for start in range(0, len(train_set) - batch_size + 1, batch_size):
            codes[start : start + batch_size] = model.encode(train_set.images[start : start + batch_size])
    model.train(was_training)
    return codes, train_set.labels
