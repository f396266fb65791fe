# cause: one number, the KL of the whole code
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).sum(1).mean()
    active = []
    collapse = "none" if len(active) == 1 else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
