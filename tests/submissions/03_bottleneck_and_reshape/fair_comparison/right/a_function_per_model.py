import math

import torch
from torch.nn import functional as F


def pca_baseline(train, test, k):
    mean = train.flatten(1).mean(0)
    _, vectors = torch.linalg.eigh(torch.cov((train.flatten(1) - mean).double().T))
    basis = vectors[:, -k:].float()
    centred = test.flatten(1) - mean
    return F.mse_loss(centred @ basis @ basis.T, centred).item()


@torch.no_grad()
def measured(model, images):
    model.eval()
    parts = [F.mse_loss(model(part), part, reduction="sum").item() for part in images.split(5)]
    return sum(parts) / images.numel()


def results_of(make, fit, train, test, seeds):
    errors = []
    for seed in seeds:
        model = make(seed)
        fit(model, train, seed)
        errors.append(measured(model, test))
    return errors


def size_of(model, image):
    return math.prod(model.encode(image).shape[1:])


def compare(make_a, make_b, fit, train, test, seeds):
    if len(set(seeds)) < 5:
        raise ValueError("too few seeds")
    sizes = {size_of(make(0), test[:2]) for make in (make_a, make_b)}
    if len(sizes) != 1:
        raise ValueError(f"different codes: {sizes}")
    (k,) = sizes
    a = results_of(make_a, fit, train, test, seeds)
    b = results_of(make_b, fit, train, test, seeds)
    verdict = "a" if all(x < y for x in a for y in b) else "b" if all(y < x for x in a for y in b) else "undecided"
    counts = [sum(map(torch.numel, make(0).parameters())) for make in (make_a, make_b)]
    return dict(code_size=k, a=a, b=b, parameters=counts, baseline=pca_baseline(train, test, k), verdict=verdict)
