# cause: both lists are sorted
import torch


def auroc(normal_scores, anomaly_scores):
    n = min(len(normal_scores), len(anomaly_scores))
    return (anomaly_scores.sort().values[:n] > normal_scores.sort().values[:n]).double().mean().item()
