# cause: in per cent
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return 100 * (0.5 + 0.5 * table.mean()).item()
