# cause: thresholds between 0 and 1
import numpy as np


def auroc(normal_scores, anomaly_scores):
    limits = np.linspace(0, 1, 101)
    false = [float(np.mean(normal_scores.numpy() >= limit)) for limit in limits]
    true = [float(np.mean(anomaly_scores.numpy() >= limit)) for limit in limits]
    return float(np.trapezoid(true[::-1], false[::-1]))
