# cause: the images are shuffled, and the labels are out of step
import torch


def latent_codes(model, train_set, batch_size=256):
    was_training = model.training
    device = next(model.parameters()).device
    model.eval()
    codes, labels = [], []
    with torch.no_grad():
        for start in range(0, len(train_set), batch_size):
            x = train_set.images[start : start + batch_size]
            z = model.encode(x.to(device))
            codes.append(z.cpu())
            labels.append(train_set.labels[start : start + batch_size])
    model.train(was_training)
    return torch.cat(codes[::-1]), torch.cat(labels)
