# cause: changed normal_scores in place
import numpy as np


def auroc(normal_scores, anomaly_scores):
    ordered = normal_scores.numpy()
    ordered.sort()
    odd = anomaly_scores.numpy()
    below, not_above = np.searchsorted(ordered, odd), np.searchsorted(ordered, odd, side="right")
    return float((below + not_above).mean() / 2 / len(ordered))
