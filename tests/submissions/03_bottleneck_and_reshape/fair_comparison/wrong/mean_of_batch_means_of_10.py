# cause: the mean of the means of batches of 10
import torch


def pca_baseline(train, test, k):
    mean = train.flatten(1).mean(0)
    directions = torch.linalg.svd(train.flatten(1) - mean, full_matrices=False).Vh[:k]
    centred = test.flatten(1) - mean
    return (centred - centred @ directions.T @ directions).square().mean().item()


def compare(make_a, make_b, fit, train, test, seeds):
    if len(set(seeds)) < 5:
        raise ValueError("at least five different seeds")
    a, b = make_a(seeds[0]), make_b(seeds[0])
    with torch.no_grad():
        code_size, other_size = a.encode(train[:1]).numel(), b.encode(train[:1]).numel()
    if code_size != other_size:
        raise ValueError(f"codes of {code_size} and {other_size} numbers")
    parameters = tuple(sum(p.numel() for p in model.parameters()) for model in (a, b))
    errors = {"a": [], "b": []}
    for seed in seeds:
        for name, make in (("a", make_a), ("b", make_b)):
            model = make(seed)
            fit(model, train, seed)
            model.eval()
            with torch.no_grad():
                parts = [(model(part) - part).square().mean() for part in test.split(10)]
                errors[name].append(torch.stack(parts).mean().item())
    verdict = "undecided"
    if max(errors["a"]) < min(errors["b"]):
        verdict = "a"
    elif max(errors["b"]) < min(errors["a"]):
        verdict = "b"
    return {
        "code_size": code_size,
        "a": errors["a"],
        "b": errors["b"],
        "parameters": parameters,
        "baseline": pca_baseline(train, test, code_size),
        "verdict": verdict,
    }
