import torch


def anomaly_score(model, x):
    before = model.training
    try:
        model.eval()
        with torch.inference_mode():
            gap = torch.flatten(x - model.decode(model.encode(x)), start_dim=1)
            return ((gap * gap).sum(-1) / gap.shape[1]).clone()
    finally:
        model.train(before)


def auroc(normal_scores, anomaly_scores):
    wins = 0.0
    for scores in anomaly_scores.split(100):
        wins += (scores[:, None] > normal_scores).sum().item() + 0.5 * (scores[:, None] == normal_scores).sum().item()
    return wins / normal_scores.numel() / anomaly_scores.numel()
