# cause: was left in training mode
import torch


def anomaly_score(model, x):
    model.eval()
    with torch.no_grad():
        scores = (model(x) - x).square().mean((1, 2, 3))
    model.train()
    return scores
