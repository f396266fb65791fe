# cause: one number for each image and dimension
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var)
    active = (kl.mean(0) > 0.01).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
