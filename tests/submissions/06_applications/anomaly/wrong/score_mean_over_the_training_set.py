# cause: one and the same score
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        error = torch.nn.functional.mse_loss(model(x), x)
    model.train(was_training)
    return torch.full((len(x),), error.item())
