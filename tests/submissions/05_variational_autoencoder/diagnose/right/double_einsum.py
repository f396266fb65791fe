import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    m, v = model.posterior(images)
    k = 0.5 * (m**2 + v.exp() - 1 - v)
    k = torch.einsum("nk->k", k.double()) / len(images)
    active = [j for j in range(len(k)) if k[j] > 0.01]
    word = "none" if len(active) == len(k) else "all" if not active else "some"
    return {"kl": k, "active": active, "collapse": word}
