# cause: One number for each image, not one for all
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    return (rebuilt - x).square().mean()
