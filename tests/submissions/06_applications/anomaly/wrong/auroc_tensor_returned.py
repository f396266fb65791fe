# cause: A number in a tensor becomes a float
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return 0.5 + 0.5 * table.mean()
