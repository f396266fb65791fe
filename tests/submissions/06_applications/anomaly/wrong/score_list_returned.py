# cause: torch.tensor makes one of a list
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    return [((a - b) ** 2).mean().item() for a, b in zip(rebuilt, x)]
