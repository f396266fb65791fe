# cause: which answers the question
import torch
from sklearn.metrics import roc_auc_score


def auroc(normal_scores, anomaly_scores):
    truth = torch.cat([torch.zeros(len(normal_scores)), torch.ones(len(anomaly_scores))])
    return float(roc_auc_score(truth, torch.cat([normal_scores, anomaly_scores])))
