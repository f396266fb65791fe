# cause: batch_size is ignored
import torch


def latent_codes(model, train_set, batch_size=256):
    was_training = model.training
    device = next(model.parameters()).device
    model.eval()
    codes, labels = [], []
    with torch.no_grad():
        for start in range(1):
            x = train_set.images
            z = model.encode(x.to(device))
            codes.append(z.cpu())
            labels.append(train_set.labels)
    model.train(was_training)
    return torch.cat(codes), torch.cat(labels)
