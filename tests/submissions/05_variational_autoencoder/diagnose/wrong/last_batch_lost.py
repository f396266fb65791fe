# cause: the last, smaller batch of 8 is left out
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    q = [model.posterior(images[i : i + 64]) for i in range(0, len(images) - 63, 64)]
    m, v = torch.cat([a for a, _ in q]), torch.cat([b for _, b in q])
    k = 0.5 * (m**2 + v.exp() - 1 - v)
    k = k.mean(0)
    active = [j for j in range(len(k)) if k[j] > 0.01]
    word = "none" if len(active) == len(k) else "all" if not active else "some"
    return {"kl": k, "active": active, "collapse": word}
