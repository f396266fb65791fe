# cause: the accuracy at the best threshold
import torch


def auroc(normal_scores, anomaly_scores):
    best = 0.0
    for limit in torch.cat([normal_scores, anomaly_scores]).unique():
        right = (normal_scores < limit).sum() + (anomaly_scores >= limit).sum()
        best = max(best, right.item() / (len(normal_scores) + len(anomaly_scores)))
    return best
