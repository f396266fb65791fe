# cause: fitted on the first 1000 training images
import torch
from torch.nn import functional as F


def components(rows, k):
    rows = rows.double()
    values, vectors = torch.linalg.eigh(torch.cov(rows.T, correction=0))
    return rows.mean(0), vectors[:, -k:]


def lost(train, test, k):
    mean, basis = components(train, k)
    centred = test.double() - mean
    return ((centred.square().sum() - (centred @ basis).square().sum()) / test.numel()).item()


def compare(model, train, test):
    mode = model.training
    device = next(model.parameters()).device
    with torch.inference_mode():
        error = F.mse_loss(model.eval()(test.to(device)).cpu(), test)
    model.train(mode)
    cut = lambda x: F.unfold(x, 4, stride=4).transpose(1, 2).flatten(0, 1)
    return {
        "pca": lost(train[:1000].flatten(1), test.flatten(1), 196),
        "patch_pca": lost(cut(train), cut(test), 4),
        "model": float(error),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
