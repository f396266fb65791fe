# cause: read in training mode
import torch


def anomaly_score(model, x):
    with torch.no_grad():
        return (model(x) - x).square().mean((1, 2, 3))
