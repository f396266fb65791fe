# cause: 'active' is
import torch


def kl(z_mean, z_log_var):
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1)


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    m, v = model.posterior(images)
    k = 0.5 * (m**2 + v.exp() - 1 - v)
    k = k.mean(0)
    active = []
    for j in range(len(k)):
        z = m.clone()
        z[:, j] = 0
        if (model.decode(z) - model.decode(m)).abs().mean() > 0.01:
            active.append(j)
    word = "none" if len(active) == len(k) else "all" if not active else "some"
    return {"kl": k, "active": active, "collapse": word}
