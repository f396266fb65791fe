# cause: These are numbers of the code
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        z = model.encode(x)
    model.train(was_training)
    return z.square()
