# cause: the dimensions that the decoder looks at
import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var).mean(0)
    base = model.decode(torch.zeros(1, len(kl)))
    reach = (model.decode(torch.eye(len(kl))) - base).flatten(1).abs().sum(1)
    active = (reach > 0).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
