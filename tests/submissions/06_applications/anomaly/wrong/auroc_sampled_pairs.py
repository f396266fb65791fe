# cause: two calls with the same scores
import torch


def auroc(normal_scores, anomaly_scores):
    one = normal_scores[torch.randint(len(normal_scores), (5000,))]
    odd = anomaly_scores[torch.randint(len(anomaly_scores), (5000,))]
    return ((odd > one).double() + 0.5 * (odd == one).double()).mean().item()
