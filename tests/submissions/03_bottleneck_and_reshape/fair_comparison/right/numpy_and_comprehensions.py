import numpy as np
import torch


def pca_baseline(train, test, k):
    x, y = (images.flatten(1).numpy().astype(np.float64) for images in (train, test))
    _, _, rows = np.linalg.svd(x - x.mean(0), full_matrices=False)
    rest = (y - x.mean(0)) @ (np.eye(x.shape[1]) - rows[:k].T @ rows[:k])
    return float((rest**2).mean())


def compare(make_a, make_b, fit, train, test, seeds):
    models = {(name, seed): make(seed) for seed in seeds for name, make in (("a", make_a), ("b", make_b))}
    sizes = {name: model.encode(train[:3]).detach().flatten(1).shape[1] for (name, _), model in models.items()}
    if sizes["a"] != sizes["b"] or len(set(seeds)) < 5:
        raise ValueError("not comparable")
    for (_, seed), model in models.items():
        fit(model, train, seed)
    errors = {
        key: float(np.mean((model.eval()(test).detach().numpy() - test.numpy()) ** 2)) for key, model in models.items()
    }
    a, b = ([errors[name, seed] for seed in seeds] for name in "ab")
    size = sizes["a"]
    words = {(True, False): "a", (False, True): "b"}
    verdict = words.get((max(a) < min(b), max(b) < min(a)), "undecided")
    parameters = tuple(sum(p.numel() for p in models[name, seeds[0]].parameters()) for name in "ab")
    return {
        "verdict": verdict, "baseline": pca_baseline(train, test, size), "parameters": parameters, "b": b, "a": a,
        "code_size": size, "mean": (np.mean(a), np.mean(b)),
    }
