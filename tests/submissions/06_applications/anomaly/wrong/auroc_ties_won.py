# cause: equal scores count as 1
import torch


def auroc(normal_scores, anomaly_scores):
    return (anomaly_scores[:, None] >= normal_scores).double().mean().item()
