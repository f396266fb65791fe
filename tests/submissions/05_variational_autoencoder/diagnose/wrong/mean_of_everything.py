# cause: one number, the mean over images and dimensions
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).mean()
    active = []
    collapse = "none" if len(active) == 1 else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
