# cause: 0.5 times the right scores
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    return 0.5 * (rebuilt - x).square().mean((1, 2, 3))
