# cause: at this pace
import torch


def auroc(normal_scores, anomaly_scores):
    wins = 0.0
    for normal in normal_scores:
        for odd in anomaly_scores:
            if odd > normal:
                wins += 1
            elif odd == normal:
                wins += 0.5
    return wins / (len(normal_scores) * len(anomaly_scores))
