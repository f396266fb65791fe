# cause: that of the other side
import torch
from scipy.stats import rankdata


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = rankdata(torch.cat([normal_scores, anomaly_scores]))
    return float((ranks[n:].sum() - n * (n + 1) / 2) / (n * m))
