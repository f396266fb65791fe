# cause: rounded to two digits
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    return round((0.5 + 0.5 * table.mean()).item(), 2)
