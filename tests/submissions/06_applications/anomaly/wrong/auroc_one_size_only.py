# cause: The two numbers of scores may differ
import torch


def auroc(normal_scores, anomaly_scores):
    return (anomaly_scores > normal_scores).double().mean().item()
