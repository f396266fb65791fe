# cause: changed x in place
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        x -= model(x)
    model.train(was_training)
    return x.square().mean((1, 2, 3))
