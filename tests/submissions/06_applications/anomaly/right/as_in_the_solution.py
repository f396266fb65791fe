import torch


def anomaly_score(model, x):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        scores = (model(x) - x).square().mean(dim=(1, 2, 3))
    model.train(was_training)
    return scores


def auroc(normal_scores, anomaly_scores):
    ordered = normal_scores.sort().values
    below = torch.searchsorted(ordered, anomaly_scores).double()
    not_above = torch.searchsorted(ordered, anomaly_scores, right=True).double()
    return ((below + not_above) / 2 / len(ordered)).mean().item()
