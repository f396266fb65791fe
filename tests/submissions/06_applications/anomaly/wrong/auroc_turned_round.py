# cause: values below one half are turned round
import torch


def auroc(normal_scores, anomaly_scores):
    table = torch.sign(anomaly_scores[:, None] - normal_scores).double()
    area = (0.5 + 0.5 * table.mean()).item()
    return max(area, 1 - area)
