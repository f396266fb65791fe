# cause: the difference of the two means
import torch


def auroc(normal_scores, anomaly_scores):
    return (anomaly_scores.double().mean() - normal_scores.double().mean()).item()
