# cause: divided by N + M
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return (0.5 + 0.5 * table).sum().item() / (len(normal_scores) + len(anomaly_scores))
