import torch


@torch.no_grad()
def diagnose(model, images):
    model.eval()
    z_mean, z_log_var = model.posterior(images)
    kl = torch.stack(
        [-0.5 * (1 + v - m**2 - v.exp()).mean() for m, v in zip(z_mean.unbind(1), z_log_var.unbind(1), strict=True)]
    )
    active = (kl > 0.01).nonzero().flatten().tolist()
    collapse = "none" if len(active) == len(kl) else "some" if active else "all"
    return {"kl": kl, "active": active, "collapse": collapse}
