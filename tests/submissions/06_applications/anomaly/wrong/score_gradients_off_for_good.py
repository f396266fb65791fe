# cause: gradients are still switched off everywhere
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    scores = (model(x) - x).square().mean((1, 2, 3))
    model.train(was_training)
    return scores
