# cause: the KL of all codes together against the prior
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = 0.5 * (z_mean.mean(0) ** 2 + (v := z_mean.var(0, correction=0) + z_log_var.exp().mean(0)) - 1 - v.log())
    active = (kl > 0.01).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
