import bisect

import torch


def anomaly_score(model, x):
    before = model.training
    model.eval()
    with torch.no_grad():
        rebuilt = model(x)
    model.train(before)
    return torch.tensor([((a - b) ** 2).mean().item() for a, b in zip(rebuilt, x)])


def auroc(normal_scores, anomaly_scores):
    ordered = sorted(normal_scores.tolist())
    doubled = 0
    for score in anomaly_scores.tolist():
        doubled += bisect.bisect_left(ordered, score) + bisect.bisect_right(ordered, score)
    return doubled / 2 / (len(ordered) * len(anomaly_scores))
