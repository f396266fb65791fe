import numpy as np
import torch


def encoded(model, images):
    model.eval()
    parts = []
    with torch.no_grad():
        for x in images.split(300):
            if hasattr(model, "posterior"):
                mean, log_var = model.posterior(x)
                x = torch.distributions.Normal(mean, torch.exp(log_var / 2)).sample()
            else:
                x = model.encode(x)
            parts.append(x)
    return torch.cat(parts)


def measured(model, images):
    with torch.no_grad():
        total = sum(((model.decode(model.encode(x)) - x) ** 2).sum().item() for x in images.split(7))
    return total / images.numel()


def compare(ae, vae, train, test, metric):
    codes = {"ae": encoded(ae, train), "vae": encoded(vae, train)}
    if codes["ae"].shape[1] != codes["vae"].shape[1]:
        raise ValueError("not comparable")
    draw = np.random.default_rng(0)
    result = {}
    for name, z in codes.items():
        rows = z.numpy().astype(np.float64)
        points = draw.multivariate_normal(rows.mean(0), np.cov(rows, rowvar=False), size=len(rows))
        result[f"{name} fitted"] = metric(z, torch.from_numpy(points).float())
    result["vae prior"] = metric(codes["vae"], torch.randn(codes["vae"].shape))
    result["vae error"], result["ae error"] = measured(vae, test), measured(ae, test)
    result["k"] = codes["ae"].shape[1]
    return result
