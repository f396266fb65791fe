# cause: equal scores count as 0
import torch


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = torch.cat([anomaly_scores, normal_scores]).argsort(stable=True).argsort() + 1
    return (ranks[:m].sum().item() - m * (m + 1) / 2) / (n * m)
