# cause: from which nothing was subtracted
import torch
from scipy.stats import rankdata


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = rankdata(torch.cat([normal_scores, anomaly_scores]))
    return float(ranks[n:].sum() / (n * m))
