# cause: the number of pairs, not their share
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return (0.5 + 0.5 * table).sum().item()
