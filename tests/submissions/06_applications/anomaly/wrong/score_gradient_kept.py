# cause: still carry the gradient
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    scores = (model(x) - x).square().mean((1, 2, 3))
    model.train(was_training)
    return scores
