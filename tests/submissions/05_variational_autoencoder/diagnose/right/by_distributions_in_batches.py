import torch
from torch.distributions import Normal, kl_divergence


def diagnose(model, images):
    model.eval()
    total = 0
    for x in images.split(64):
        with torch.no_grad():
            mean, log_var = model.posterior(x)
        prior = Normal(torch.zeros_like(mean), 1.0)
        total = total + kl_divergence(Normal(mean, torch.exp(log_var / 2)), prior).double().sum(0)
    nats = total / len(images)
    words = {0: "all", len(nats): "none"}
    used = torch.where(nats > 0.01)[0]
    return {"kl": nats, "active": [int(j) for j in used], "collapse": words.get(len(used), "some")}
