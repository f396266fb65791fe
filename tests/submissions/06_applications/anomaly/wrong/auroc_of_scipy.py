# cause: which answers the question
from scipy.stats import mannwhitneyu


def auroc(normal_scores, anomaly_scores):
    found = mannwhitneyu(anomaly_scores.numpy(), normal_scores.numpy())
    return float(found.statistic / (len(normal_scores) * len(anomaly_scores)))
