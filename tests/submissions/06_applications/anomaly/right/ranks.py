import torch
from scipy.stats import rankdata


def anomaly_score(model, x):
    before = model.training
    scores = torch.empty(len(x))
    for i, image in enumerate(x):
        rebuilt = model.eval()(image[None]).detach()[0]
        scores[i] = torch.nn.functional.mse_loss(rebuilt, image)
    model.train(before)
    return scores


def auroc(normal_scores, anomaly_scores):
    n, m = len(normal_scores), len(anomaly_scores)
    ranks = rankdata(torch.cat([normal_scores, anomaly_scores]).numpy())
    return float((ranks[n:].sum() - m * (m + 1) / 2) / (n * m))
