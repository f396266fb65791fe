# cause: right where all scores differ
import torch


def auroc(normal_scores, anomaly_scores):
    normal, odd = normal_scores.unique(), anomaly_scores.unique()
    return (0.5 + 0.5 * torch.sign(odd[:, None] - normal).double().mean()).item()
