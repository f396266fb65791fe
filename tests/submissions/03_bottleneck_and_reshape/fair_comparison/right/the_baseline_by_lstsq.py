import torch


def compare(make_a, make_b, fit, train, test, seeds):
    """A baseline of its own, and only one model in memory at a time."""
    seeds = tuple(seeds)
    if len({*seeds}) < 5:
        raise ValueError("five seeds, please")
    size_a, size_b = (len(make(seeds[0]).encode(test[:1]).reshape(-1)) for make in (make_a, make_b))
    if size_a != size_b:
        raise ValueError("unequal codes")
    results, parameters = [], []
    for make in (make_a, make_b):
        errors = []
        for seed in seeds:
            model = make(seed)
            fit(model, train.clone(), seed)
            model.train(False)
            errors.append(torch.mean((model(test) - test) ** 2).item())
        results.append(errors)
        parameters.append(sum(weight.nelement() for weight in model.parameters()))
    mean = train.flatten(1).mean(0)
    basis = torch.linalg.svd(train.flatten(1) - mean)[2][:size_a].T
    scores = torch.linalg.lstsq(basis, (test.flatten(1) - mean).T).solution
    floor = ((basis @ scores).T + mean - test.flatten(1)).pow(2).mean().item()
    a, b = results
    verdict = ("a" if sum(a) < sum(b) else "b") if max(min(a), min(b)) > min(max(a), max(b)) else "undecided"
    return {"code_size": size_a, "a": a, "b": b, "parameters": tuple(parameters), "baseline": floor, "verdict": verdict}
