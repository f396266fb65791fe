# cause: was left in evaluation mode
import torch


def anomaly_score(model, x):
    model.eval()
    with torch.no_grad():
        return (model(x) - x).square().mean((1, 2, 3))
