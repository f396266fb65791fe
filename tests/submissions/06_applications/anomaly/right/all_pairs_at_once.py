import torch


def anomaly_score(model, x):
    before = model.training
    model.eval()
    scores = torch.stack([(model(batch) - batch).pow(2).mean((1, 2, 3)).double() for batch in x.split(1)]).flatten()
    model.train(before)
    return scores.detach()


def auroc(normal_scores, anomaly_scores):
    table = (anomaly_scores[:, None] - normal_scores[None]).sign()
    return (0.5 + 0.5 * table.mean(dtype=torch.float64)).item()
