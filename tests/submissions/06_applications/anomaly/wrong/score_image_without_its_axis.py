# cause: has lost its first axis
import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        scores = torch.stack([(model(image) - image).square().mean() for image in x])
    model.train(was_training)
    return scores
