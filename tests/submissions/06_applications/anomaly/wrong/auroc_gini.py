# cause: the Gini coefficient
import torch


def auroc(normal_scores, anomaly_scores):
    return torch.sign(anomaly_scores[:, None] - normal_scores).double().mean().item()
