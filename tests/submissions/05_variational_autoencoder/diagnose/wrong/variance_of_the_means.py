# cause: the variance of z_mean over the images
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = z_mean.var(0)
    active = (kl > 0.01).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
