# cause: the ranks begin at 0
import torch
from scipy.stats import rankdata


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = rankdata(torch.cat([normal_scores, anomaly_scores])) - 1
    return float(ranks[n:].sum() - m * (m + 1) / 2) / (n * m)
