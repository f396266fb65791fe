# cause: the same number whatever the scores are
import torch


def auroc(normal_scores, anomaly_scores):
    return 0.5
