# cause: stretched to [0, 1] over the batch
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(was_training)
    scores = (rebuilt - x).square().mean((1, 2, 3))
    return (scores - scores.min()) / (scores.max() - scores.min()) if len(x) > 1 else scores
