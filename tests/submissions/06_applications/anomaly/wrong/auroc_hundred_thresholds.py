# cause: through 100 thresholds
import numpy as np


def auroc(normal_scores, anomaly_scores):
    both = np.concatenate([normal_scores, anomaly_scores])
    limits = np.linspace(both.min(), both.max(), 100)
    false = [float(np.mean(normal_scores.numpy() >= limit)) for limit in limits]
    true = [float(np.mean(anomaly_scores.numpy() >= limit)) for limit in limits]
    return float(np.trapezoid(true[::-1], false[::-1]))
