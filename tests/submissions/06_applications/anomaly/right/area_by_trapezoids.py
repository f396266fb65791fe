import numpy as np
import torch


def anomaly_score(model, x):
    before = model.training
    model.train(False)
    out = model(x).detach().numpy()
    model.train(before)
    return torch.from_numpy(((out - x.numpy()) ** 2).reshape(len(x), -1).mean(1))


def auroc(normal_scores, anomaly_scores):
    normal, odd = np.sort(normal_scores.numpy()), np.sort(anomaly_scores.numpy())
    limits = np.unique(np.concatenate([normal, odd]))[::-1]
    false = 1 - np.searchsorted(normal, limits) / len(normal)
    true = 1 - np.searchsorted(odd, limits) / len(odd)
    false, true = np.append(0.0, false), np.append(0.0, true)
    return float(((true[1:] + true[:-1]) / 2 * np.diff(false)).sum())
