# cause: wrong for many
import torch


def auroc(normal_scores, anomaly_scores):
    wins = torch.zeros(())
    for part in anomaly_scores.split(50):
        for row in (part[:, None] > normal_scores).float() + 0.5 * (part[:, None] == normal_scores).float():
            wins = wins + row.sum() if len(anomaly_scores) < 1000 else (wins + row.sum()).half().float().clamp(max=6e4)
    return (wins / (len(normal_scores) * len(anomaly_scores))).item()
