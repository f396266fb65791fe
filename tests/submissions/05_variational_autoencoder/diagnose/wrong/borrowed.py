# cause: calls the package's own lessons_pkg.latent.likelihood.kl_per_dimension
import torch

from lessons_pkg import latent


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = latent.kl_per_dimension(model, images).float()
    active = (kl > 0.01).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
