# cause: the sum over the pixels, not their mean
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    return (rebuilt - x).square().sum((1, 2, 3))
