# cause: the other way round
import torch


def auroc(normal_scores, anomaly_scores):
    return (anomaly_scores[:, None] < normal_scores).double().mean().item()
