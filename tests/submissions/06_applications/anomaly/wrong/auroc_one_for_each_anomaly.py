# cause: One number for all pairs together
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return (0.5 + 0.5 * table).mean(1)
