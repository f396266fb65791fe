# cause: equal scores count as 1
import torch


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = torch.cat([normal_scores, anomaly_scores]).argsort(stable=True).argsort() + 1
    return (ranks[n:].sum().item() - m * (m + 1) / 2) / (n * m)
