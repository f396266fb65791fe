# cause: equal scores count as 1
import torch


def auroc(normal_scores, anomaly_scores):
    area, before = 0.0, 0.0
    for limit in torch.cat([normal_scores, anomaly_scores]).unique().flip(0):
        false = (normal_scores >= limit).double().mean().item()
        area += (false - before) * (anomaly_scores >= limit).double().mean().item()
        before = false
    return area
