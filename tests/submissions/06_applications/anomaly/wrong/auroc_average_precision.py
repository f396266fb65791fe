# cause: the average precision
import torch


def auroc(normal_scores, anomaly_scores):
    area, before = 0.0, 0.0
    for limit in torch.cat([normal_scores, anomaly_scores]).unique().flip(0):
        caught, wrong = (anomaly_scores >= limit).sum().item(), (normal_scores >= limit).sum().item()
        recall = caught / len(anomaly_scores)
        area += (recall - before) * caught / (caught + wrong)
        before = recall
    return area
