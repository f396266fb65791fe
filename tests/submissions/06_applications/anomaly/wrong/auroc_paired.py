# cause: score i of the other only
import torch


def auroc(normal_scores, anomaly_scores):
    n = min(len(normal_scores), len(anomaly_scores))
    a, b = normal_scores[:n], anomaly_scores[:n]
    return ((b > a).double() + 0.5 * (b == a).double()).mean().item()
