# cause: clipped to [0, 1]
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    return (rebuilt.clamp(0, 1) - x).square().mean((1, 2, 3))
