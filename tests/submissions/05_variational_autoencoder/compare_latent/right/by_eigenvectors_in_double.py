import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)


def fitted(codes):
    mean = codes.mean(0).double()
    _, s, directions = torch.linalg.svd(codes - mean, full_matrices=False)
    spread = s / len(codes) ** 0.5
    return (mean + torch.randn(len(codes), len(s), dtype=torch.float64) * spread @ directions).float()


def error(model, images):
    return (model.decode(model.encode(images)) - images).square().mean().item()


@torch.no_grad()
def compare(ae, vae, train, test, metric):
    ae.eval(), vae.eval()
    a, b = ae.encode(train), sample(*vae.posterior(train))
    if a.shape != b.shape:
        raise ValueError("codes of different sizes")
    return {
        "ae fitted": metric(a, fitted(a)),
        "vae fitted": metric(b, fitted(b)),
        "vae prior": metric(b, torch.randn_like(b)),
        "ae error": error(ae, test),
        "vae error": error(vae, test),
    }
