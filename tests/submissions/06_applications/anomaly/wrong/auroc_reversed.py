# cause: the other way round
import torch


def auroc(normal_scores, anomaly_scores):
    higher = (normal_scores[:, None] > anomaly_scores).double()
    equal = (normal_scores[:, None] == anomaly_scores).double()
    return (higher + 0.5 * equal).mean().item()
